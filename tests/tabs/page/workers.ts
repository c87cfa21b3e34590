interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A worker that can be told what to do. */
interface Remote {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
}

/** The workers of a page. */
export class Workers {
  readonly #remotes: { remote: Remote; terminate(): unknown }[] = [];
  readonly #calls = new Map<number, (answer: Answer) => void>();
  #ids = 0;

  /** Starts a worker. Returns its number. */
  async start(kind: 'worker' | 'shared worker' | 'service worker'): Promise<number> {
    const { remote, terminate } = await this.#make(kind);
    remote.onmessage = ({ data }) => this.#calls.get(data.id)?.(data);
    return this.#remotes.push({ remote, terminate }) - 1;
  }

  /** Runs code in a worker. */
  run(place: number, code: string): Promise<unknown> {
    const id = ++this.#ids;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
      this.#remotes[place]?.remote.postMessage({ id, code });
    });
  }

  async terminate(place: number): Promise<void> {
    await this.#remotes[place]?.terminate();
  }

  async #make(kind: string): Promise<{ remote: Remote; terminate(): unknown }> {
    if (kind === 'worker') {
      const worker = new Worker('/context.js');
      return { remote: worker, terminate: () => worker.terminate() };
    }
    if (kind === 'shared worker') {
      const { port } = new SharedWorker('/context.js');
      return { remote: port, terminate() {} };
    }
    const registration = await navigator.serviceWorker.register('/context.js');
    await navigator.serviceWorker.ready;
    const remote: Remote = {
      postMessage: (message) => registration.active?.postMessage(message),
      onmessage: null,
    };
    navigator.serviceWorker.onmessage = (event) => remote.onmessage?.(event);
    return { remote, terminate: () => registration.unregister() };
  }
}
