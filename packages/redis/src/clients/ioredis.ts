import type { RedisConnection } from '../connection.ts';
import type { Events } from './events.ts';

/** What is used of ioredis or iovalkey. */
export interface IoredisLike extends Events {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of the two clients have nothing in common but this
  call(command: string, ...args: any[]): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: a cluster takes other arguments than a single client
  duplicate(...args: any[]): unknown;
}

interface Subscriber extends Events {
  subscribe(channel: string): Promise<unknown>;
  call(command: string, args: string[]): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

/** The connections of ioredis and iovalkey. */
export function ioredisConnection(client: IoredisLike): RedisConnection {
  const { isCluster, options }: { isCluster?: boolean; options?: { keyPrefix?: string } } = client as object;
  const copy = (more: object): Subscriber => {
    const overrides = { keyPrefix: '', lazyConnect: false, enableReadyCheck: true, ...more };
    return (isCluster ? client.duplicate([], overrides) : client.duplicate(overrides)) as Subscriber;
  };
  // A prefix of the client's would make other keys of ours.
  let own: Subscriber | undefined;
  let isTried: Promise<void> | undefined;
  let isOver = false;
  const sender = async (): Promise<Subscriber> => {
    // Nobody would close another one.
    if (isOver) throw new Error('The connection has been closed');
    if (own === undefined) {
      const made = copy({});
      own = made;
      made.on('error', () => {});
      // What comes earlier is refused, where commands are not queued.
      isTried = new Promise((resolve) => {
        for (const event of ['ready', 'close']) made.on(event, resolve);
      });
    }
    await isTried;
    return own;
  };
  let subscriber: Subscriber | undefined;
  const end = (): void => {
    subscriber?.disconnect();
    own?.disconnect();
    isOver = true;
  };
  return {
    send: async ([command = '', ...args]) => {
      // As one argument: a call cannot have as many as a command of many requests.
      return (options?.keyPrefix ? await sender() : client).call(command, args);
    },
    end,
    async subscribe(channel, message, up, down) {
      const made = copy({ autoResubscribe: false, maxRetriesPerRequest: null });
      subscriber = made;
      // It reconnects by itself; without a listener an error would be thrown.
      made.on('error', () => {});
      made.on('message', (from: string, text: string) => {
        if (String(from) === channel) message(String(text));
      });
      let isSubscribed = false;
      await new Promise<void>((resolve, reject) => {
        made.on('ready', () => {
          made.subscribe(channel).then(
            () => {
              isSubscribed = true;
              resolve();
              up();
            },
            (error: unknown) => {
              // The first time, our caller decides. Later the connection has broken again, or the server has refused for
              // now: whoever waits for messages must get them in the end.
              made.disconnect(isSubscribed);
              reject(error);
            },
          );
        });
        made.on('end', () => {
          reject(new Error('The connection for messages has ended'));
          if (isSubscribed) down?.();
        });
      });
      return async () => end();
    },
  };
}
