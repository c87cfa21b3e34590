import type { Answer, Ask, Booked, Confirmation, LockId, Push, Store } from '@valvekit/lease';
import { MemoryClock } from './memory-clock.ts';
import { type Channels, MemoryLock } from './memory-lock.ts';

/** A server in memory, with a hand-driven clock: one place for the stores of all processes. */
export class MemoryServer implements Channels {
  /** Whether pushes get lost on their way. */
  losePushes = false;
  readonly clock: MemoryClock = new MemoryClock();
  readonly #locks = new Map<string, MemoryLock>();
  readonly #listeners = new Map<string, (push: Push) => void>();
  #clients = 0;

  /** The store of one more process. */
  connect(): MemoryStore {
    this.#clients++;
    return new MemoryStore(this, String(this.#clients));
  }

  lock(id: LockId): MemoryLock {
    const key = `${id.kind}:${id.name}`;
    const lock = this.#locks.get(key) ?? new MemoryLock(id, this.clock, this);
    this.#locks.set(key, lock);
    return lock;
  }

  hears(id: string): boolean {
    return this.#listeners.has(clientOf(id));
  }

  push(id: string, push: Push): void {
    const listener = this.#listeners.get(clientOf(id));
    // Never within the operation that causes it.
    if (listener && !this.losePushes) queueMicrotask(() => listener(push));
  }

  /** Pushes within the call, as a test may want it. */
  pushNow(id: string, push: Push): void {
    this.#listeners.get(clientOf(id))?.(push);
  }

  listen(client: string, listener: (push: Push) => void): void {
    this.#listeners.set(client, listener);
  }

  ignore(client: string): void {
    this.#listeners.delete(client);
  }
}

function clientOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}

/** What one process sees of a server in memory. */
export class MemoryStore implements Store {
  readonly client: string;
  /** Called before each operation; what it throws is a failure of the network. */
  onCommand: (operation: string) => Promise<void> | void = () => {};
  /** Called after each operation, before its answer arrives. */
  onAnswer: (operation: string) => Promise<void> | void = () => {};
  /** Called when its pushes may have been missed. */
  up: () => void = () => {};
  /** Called when it will hear no more pushes. */
  down: () => void = () => {};
  readonly #server: MemoryServer;

  constructor(server: MemoryServer, client: string) {
    this.#server = server;
    this.client = client;
  }

  listen(push: (push: Push) => void, up: () => void, down: () => void = () => {}): Promise<() => Promise<void>> {
    return this.#do('listen', () => {
      this.up = up;
      this.down = down;
      this.#server.listen(this.client, push);
      return async () => this.#server.ignore(this.client);
    });
  }

  ask(lock: LockId, ask: Ask): Promise<Answer> {
    return this.#do('ask', () => this.#server.lock(lock).ask(ask));
  }

  release(lock: LockId, ids: readonly string[]): Promise<Confirmation> {
    return this.#confirm('release', lock, () => this.#server.lock(lock).release(ids));
  }

  renew(lock: LockId, ids: readonly string[], lease: number): Promise<Confirmation> {
    return this.#confirm('renew', lock, () => this.#server.lock(lock).change(ids, { lease }));
  }

  resize(lock: LockId, id: string, permits: number): Promise<Confirmation> {
    return this.#confirm('resize', lock, () => this.#server.lock(lock).change([id], { permits }));
  }

  state(lock: LockId): Promise<{ holders: Booked[]; waiting: number }> {
    return this.#do('state', () => this.#server.lock(lock).state());
  }

  #confirm(operation: string, lock: LockId, run: () => boolean[]): Promise<Confirmation> {
    return this.#do(operation, () => ({ known: run(), ...this.#server.lock(lock).reading }));
  }

  async #do<T>(operation: string, run: () => T): Promise<T> {
    await this.onCommand(operation);
    const result = run();
    await this.onAnswer(operation);
    return result;
  }
}
