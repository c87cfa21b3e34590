import { rest } from '../rest.ts';

/** Collects rejections that nobody handles, and hides them from everything else that listens for them. */
export class UnhandledRejections {
  readonly #reasons: unknown[] = [];
  readonly #restore: () => void;

  constructor() {
    this.#restore = typeof process === 'object' ? this.#listenOnProcess() : this.#listenOnGlobal();
  }

  /** The reasons of all rejections until now. */
  async reasons(): Promise<readonly unknown[]> {
    // A rejection counts as unhandled when all microtasks have run.
    await rest();
    await rest();
    return this.#reasons;
  }

  stop(): void {
    this.#restore();
  }

  #listenOnProcess(): () => void {
    const others = process.listeners('unhandledRejection');
    const listener = (reason: unknown): void => void this.#reasons.push(reason);
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
    return () => {
      process.off('unhandledRejection', listener);
      for (const other of others) process.on('unhandledRejection', other);
    };
  }

  #listenOnGlobal(): () => void {
    const listener = (event: PromiseRejectionEvent): void => {
      event.preventDefault();
      this.#reasons.push(event.reason);
    };
    globalThis.addEventListener('unhandledrejection', listener);
    return () => globalThis.removeEventListener('unhandledrejection', listener);
  }
}
