import type { IncomingMessage, ServerResponse } from 'node:http';

/** The server of the shop. It counts its requests by path. */
export class ShopServer {
  readonly requests: Record<string, number> = {};
  readonly #latency: number;
  readonly #lifetime: number;

  /** Both in milliseconds: how long an answer takes, and how long a token is good for. */
  constructor(latency: number, lifetime: number) {
    this.#latency = latency;
    this.#lifetime = lifetime;
  }

  /** Answers a request, unless it is for none of its paths. */
  readonly answer = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const { url = '' } = request;
    if (!['/token', '/balance', '/messages'].includes(url)) {
      next();
      return;
    }
    const count = (this.requests[url] ?? 0) + 1;
    this.requests[url] = count;
    const until = Date.now() + this.#lifetime;
    const token = JSON.stringify({ text: `token ${count}`, until });
    const body = url === '/token' ? token : url === '/balance' ? `with ${request.headers.authorization}` : '[]';
    setTimeout(() => response.end(body), this.#latency);
  };
}
