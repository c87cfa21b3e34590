// biome-ignore-all lint/suspicious/noExplicitAny: the types of events and of the parts of a connection are the client's own

import { background, type Timer } from '@valvekit/lease';

/** What is used of a client of pg that listens. */
export interface ListenerLike {
  connect(): Promise<unknown>;
  query(text: string, values?: string[]): Promise<{ readonly rows: readonly any[] }>;
  on(event: string, listener: (...args: any[]) => void): unknown;
  end(): Promise<void>;
  readonly connection?: { readonly stream?: { destroy(): void } };
}

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2000;
// How often a connection that says nothing is asked whether it is still there, and how long it has to answer.
const BEAT = 10_000;

/** One connection that listens to one channel, made anew whenever it breaks. Its session shows that its process lives. */
export class PgListener {
  readonly #make: () => ListenerLike;
  readonly #channel: string;
  readonly #message: (text: string) => void;
  readonly #up: () => void;
  #client: ListenerLike | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #pause = FIRST_PAUSE;
  #isOver = false;
  #giveUp: ((error: Error) => void) | undefined = undefined;

  constructor(make: () => ListenerLike, channel: string, message: (text: string) => void, up: () => void) {
    this.#make = make;
    this.#channel = channel;
    this.#message = message;
    this.#up = up;
  }

  /** Rejects if the first try fails, or is stopped; later ones are repeated. */
  async start(): Promise<void> {
    // A client that is ended while it connects may never say so.
    const stopped = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    try {
      await Promise.race([this.#open(), stopped]);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    this.#isOver = true;
    this.#giveUp?.(new Error('The connection for messages has been closed'));
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    void client.end().catch(() => {});
    // A connection that nobody answers would never end.
    background(() => destroy(client), 1000);
  }

  async #open(): Promise<void> {
    const client = this.#make();
    this.#client = client;
    client.on('error', () => {});
    client.on('notification', ({ channel, payload }: { channel: string; payload?: string }) => {
      if (this.#client === client && channel === this.#channel) this.#message(payload ?? '');
    });
    const silence = background(() => destroy(client), BEAT);
    try {
      await client.connect();
      await client.query(`listen "${this.#channel}"`);
      await this.#mark(client);
    } catch (error) {
      destroy(client);
      throw error;
    } finally {
      clearTimeout(silence);
    }
    if (this.#isOver) return void client.end().catch(() => {});
    client.on('end', () => {
      if (this.#client === client) this.#again();
    });
    this.#pause = FIRST_PAUSE;
    this.#beat(client);
    this.#up();
  }

  /**
   * The lock of the session. A former session that has yet to be found dead may still have it, and shows the same; whoever
   * looks has it for a moment.
   */
  async #mark(client: ListenerLike): Promise<void> {
    const text = 'select pg_try_advisory_lock(hashtextextended($1::text, 0))::text as has';
    const { rows } = await client.query(text, [this.#channel]);
    if (rows[0]?.has === 'true') return;
    background(() => {
      if (this.#client === client) this.#mark(client).catch(() => destroy(client));
    }, 200);
  }

  #beat(client: ListenerLike): void {
    this.#timer = background(() => {
      const silence = background(() => destroy(client), BEAT);
      const answered = client.query('select 1').then(
        () => {
          if (this.#client === client) this.#beat(client);
        },
        // The client may have given up on a connection that is dead, and kept it.
        () => destroy(client),
      );
      void answered.finally(() => clearTimeout(silence));
    }, BEAT);
  }

  #again(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    this.#timer = background(() => void this.#open().catch(() => this.#again()), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }
}

function destroy(client: ListenerLike): void {
  client.connection?.stream?.destroy();
}
