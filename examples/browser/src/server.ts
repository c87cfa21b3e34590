/** The requests of one kind that a server has received. */
export interface Traffic {
  requests: number;
  open: number;
  mostAtOnce: number;
}

export type Kind = 'token' | 'balance' | 'picture' | 'message';

/** A simulated, slow server that records its requests. */
export class Server {
  /** Milliseconds until a response. */
  latency = 0;
  readonly traffic: Record<Kind, Traffic> = {
    token: { requests: 0, open: 0, mostAtOnce: 0 },
    balance: { requests: 0, open: 0, mostAtOnce: 0 },
    picture: { requests: 0, open: 0, mostAtOnce: 0 },
    message: { requests: 0, open: 0, mostAtOnce: 0 },
  };
  readonly #onTraffic: () => void;

  constructor(onTraffic: () => void) {
    this.#onTraffic = onTraffic;
  }

  async request<T>(kind: Kind, answer: () => T, signal?: AbortSignal): Promise<T> {
    const traffic = this.traffic[kind];
    traffic.requests++;
    traffic.open++;
    traffic.mostAtOnce = Math.max(traffic.mostAtOnce, traffic.open);
    this.#onTraffic();
    try {
      await delay(this.latency, signal);
      return answer();
    } finally {
      traffic.open--;
      this.#onTraffic();
    }
  }
}

function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
