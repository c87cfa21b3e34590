import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a proxy does to bytes: pass them on, hold them back, or pass them on late. Each direction by itself. */
interface Direction {
  silent: boolean;
  delay: number;
}

/** A TCP proxy of the tests' own, which can go silent, delay, and reset. */
export class FaultyProxy {
  readonly up: Direction = { silent: false, delay: 0 };
  readonly down: Direction = { silent: false, delay: 0 };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];
  refuses = false;
  #target: number;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => {
      if (this.refuses) return void near.destroy();
      const far = connect(this.#target, '127.0.0.1');
      for (const [from, to, direction] of [
        [near, far, this.up],
        [far, near, this.down],
      ] as const) {
        this.#sockets.add(from);
        from.setNoDelay(true);
        from.on('data', (data) => this.#pass(direction, () => to.destroyed || to.write(data)));
        from.on('error', () => {});
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  static async start(target: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => void proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Nothing passes any more, and nobody is told. */
  silence(): void {
    this.up.silent = true;
    this.down.silent = true;
  }

  /** What was held back arrives now. */
  heal(): void {
    this.refuses = false;
    for (const direction of [this.up, this.down]) Object.assign(direction, { silent: false, delay: 0 });
    for (const send of this.#held.splice(0)) send();
  }

  /** Leads new connections to another server, and breaks the others. */
  lead(target: number): void {
    this.#target = target;
    this.reset();
  }

  /** Breaks every connection. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  #pass(direction: Direction, send: () => void): void {
    if (direction.silent) this.#held.push(send);
    else if (direction.delay > 0)
      setTimeout(() => (direction.silent ? this.#held.push(send) : send()), direction.delay);
    else send();
  }
}
