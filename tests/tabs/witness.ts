import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One who says that it is inside: with how many permits of how many. */
interface Visitor {
  readonly id: string;
  readonly permits: number;
  readonly capacity: number;
}

/**
 * A server outside all tabs. Those who hold a lock tell it when they come and go, and it says whether there were ever too
 * many; it also counts requests for tokens.
 */
export class Witness {
  /** Lock by lock, who is inside. */
  readonly #inside = new Map<string, Set<Visitor>>();
  readonly #doomed = new Set<string>();
  readonly violations: string[] = [];
  /** The most permits of a lock that were held at a time. */
  readonly most = new Map<string, number>();
  readonly visits = new Map<string, number>();
  /** What it serves, by path. */
  readonly files: Record<string, string>;
  readonly #server: Server;
  url = '';

  /** @param files - what it serves, by path */
  private constructor(files: Record<string, string>) {
    this.files = files;
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/enter' || pathname === '/leave') {
        this[pathname === '/enter' ? 'enter' : 'leave'](searchParams);
        response.end();
      } else if (pathname in this.files) {
        response.setHeader('Content-Type', 'text/javascript').end(this.files[pathname]);
      } else {
        response
          .setHeader('Content-Type', 'text/html')
          .end('<!doctype html><title>tab</title><script src="/context.js"></script>');
      }
    });
  }

  static async start(files: Record<string, string>): Promise<Witness> {
    const witness = new Witness(files);
    await new Promise<void>((resolve) => witness.#server.listen(0, '127.0.0.1', resolve));
    witness.url = `http://127.0.0.1:${(witness.#server.address() as AddressInfo).port}`;
    return witness;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** From now on it may be dead, so that others are right to come in. */
  doom(id: string): void {
    this.#doomed.add(id);
  }

  enter(query: URLSearchParams): void {
    const lock = query.get('lock') ?? '';
    const id = query.get('id') ?? '';
    const visitor: Visitor = { id, permits: Number(query.get('permits')), capacity: Number(query.get('capacity')) };
    const inside = this.#inside.get(lock) ?? new Set();
    this.#inside.set(lock, inside);
    inside.add(visitor);
    const alive = [...inside].filter((other) => !this.#doomed.has(other.id));
    const permits = alive.reduce((sum, other) => sum + other.permits, 0);
    if (permits > visitor.capacity) {
      this.violations.push(`${lock}: ${alive.map((other) => `${other.id} (${other.permits})`).join(', ')}`);
    }
    this.most.set(lock, Math.max(this.most.get(lock) ?? 0, permits));
    this.visits.set(lock, (this.visits.get(lock) ?? 0) + 1);
  }

  leave(query: URLSearchParams): void {
    const inside = this.#inside.get(query.get('lock') ?? '');
    for (const visitor of inside ?? []) if (visitor.id === query.get('id')) inside?.delete(visitor);
  }
}
