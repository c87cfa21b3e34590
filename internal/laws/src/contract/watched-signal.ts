/** Counts the abort listeners of a signal. */
export class WatchedSignal {
  readonly #signal: AbortSignal;
  readonly #lasting = new Set<unknown>();
  readonly #once = new Set<unknown>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (type: string, listener: unknown, options?: unknown) => {
      (isOnce(options) ? this.#once : this.#lasting).add(listener);
      addEventListener.call(signal, type, listener as EventListener, options as AddEventListenerOptions);
    };
    signal.removeEventListener = (type: string, listener: unknown) => {
      this.#once.delete(listener);
      this.#lasting.delete(listener);
      removeEventListener.call(signal, type, listener as EventListener);
    };
  }

  /** An abort removes those that listen once. */
  get listeners(): number {
    return this.#lasting.size + (this.#signal.aborted ? 0 : this.#once.size);
  }
}

function isOnce(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'once' in options && options.once === true;
}
