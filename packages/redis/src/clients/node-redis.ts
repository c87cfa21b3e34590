import type { RedisConnection } from '../connection.ts';
import type { Events } from './events.ts';

/** What is used of node-redis. */
export interface NodeRedisLike extends Events {
  // biome-ignore lint/suspicious/noExplicitAny: a cluster takes a key and a flag in front
  sendCommand(...args: any[]): Promise<unknown>;
  duplicate(): unknown;
}

interface Subscriber extends Events {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>;
  destroy?(): void;
  disconnect(): Promise<unknown>;
}

/** The connections of node-redis. */
export function nodeRedisConnection(client: NodeRedisLike): RedisConnection {
  const isCluster = 'masters' in client;
  let subscriber: Subscriber | undefined;
  const stop = async (): Promise<void> => {
    if (subscriber?.destroy) subscriber.destroy();
    else await subscriber?.disconnect();
  };
  return {
    // EVALSHA sha 3 key …
    send: (command) => (isCluster ? client.sendCommand(command[3], false, command) : client.sendCommand(command)),
    end: () => void stop().catch(() => {}),
    async subscribe(channel, message, up, down) {
      const made = client.duplicate() as Subscriber;
      subscriber = made;
      // It reconnects by itself; without a listener an error would be thrown.
      made.on('error', () => {});
      try {
        await made.connect();
        await made.subscribe(channel, (text) => message(String(text)));
      } catch (error) {
        await stop().catch(() => {});
        throw error;
      }
      // Once it has connected again, it has subscribed again.
      made.on('ready', up);
      // Or it has given up.
      made.on('error', () => made.isOpen || down?.());
      up();
      return stop;
    },
  };
}
