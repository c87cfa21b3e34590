import type { RedisConnection } from '../connection.ts';
import type { Events } from './events.ts';

/** What is used of node-redis. */
export interface NodeRedisLike extends Events {
  // biome-ignore lint/suspicious/noExplicitAny: a cluster takes a key and a flag in front
  sendCommand(...args: any[]): Promise<unknown>;
  duplicate(): unknown;
}

interface Subscriber extends Events {
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>;
  destroy?(): void;
  disconnect(): Promise<unknown>;
}

/** The connections of node-redis. */
export function nodeRedisConnection(client: NodeRedisLike): RedisConnection {
  const isCluster = 'masters' in client;
  return {
    // EVALSHA sha 3 key …
    send: (command) => (isCluster ? client.sendCommand(command[3], false, command) : client.sendCommand(command)),
    async subscribe(channel, message, up) {
      const subscriber = client.duplicate() as Subscriber;
      // It reconnects by itself; without a listener an error would be thrown.
      subscriber.on('error', () => {});
      const stop = async (): Promise<void> => {
        if (subscriber.destroy) subscriber.destroy();
        else await subscriber.disconnect();
      };
      try {
        await subscriber.connect();
        await subscriber.subscribe(channel, (text) => message(String(text)));
      } catch (error) {
        await stop();
        throw error;
      }
      // Once it has connected again, it has subscribed again.
      subscriber.on('ready', up);
      up();
      return stop;
    },
  };
}
