import type { RedisConnection } from '../connection.ts';

/** What is used of valkey-glide. */
export interface GlideLike {
  // biome-ignore lint/suspicious/noExplicitAny: its own types for arguments and options
  customCommand(args: any[], options?: any): Promise<unknown>;
  close(): void;
}

interface Message {
  readonly message: unknown;
}

interface GlideClass {
  createClient(config: object): Promise<GlideLike>;
}

// The mode of a subscription to a channel by its exact name.
const EXACT = 0;

/** The connections of valkey-glide. Its connection for messages is made as the client was, with a subscription. */
export function glideConnection(client: GlideLike): RedisConnection {
  return {
    send: (command) => client.customCommand([...command]),
    async subscribe(channel, message, up) {
      // It does not say when the server refuses a subscription. Publishing needs the same right.
      await client.customCommand(['PUBLISH', channel, '']);
      const { config } = client as { config?: object };
      const callback = ({ message: text }: Message): void => message(String(text));
      const subscriber = await (client.constructor as unknown as GlideClass).createClient({
        ...config,
        pubsubSubscriptions: { channelsAndPatterns: { [EXACT]: new Set([channel]) }, callback },
      });
      up();
      return async () => subscriber.close();
    },
  };
}
