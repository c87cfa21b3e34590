import type { TabLocks } from '@valvekit/tabs';

interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const KEY = 'session';
const PATIENCE = { timeout: 10_000 };

/** The session that all tabs share: its token is in localStorage, and refreshed by one tab at a time. */
export class Session {
  readonly #locks: TabLocks;

  constructor(locks: TabLocks) {
    this.#locks = locks;
  }

  /** The token. Whichever tab finds it expired refreshes it. */
  async token(): Promise<string> {
    // Checked under the lock: the tab before may have refreshed it. A tab that cannot get the lock in time says so.
    return this.#locks.mutex('token').sandbox(async ({ signal }) => {
      const known = read();
      if (known !== undefined && known.until > Date.now()) return known.text;
      const response = await fetch('/token', { method: 'POST', signal });
      const fresh = (await response.json()) as Token;
      // If another script has stolen the lock meanwhile, another tab may have written a newer one.
      signal.throwIfAborted();
      localStorage.setItem(KEY, JSON.stringify(fresh));
      return fresh.text;
    }, PATIENCE);
  }

  async balance(): Promise<string> {
    const response = await fetch('/balance', { headers: { authorization: await this.token() } });
    return response.text();
  }

  /** Drops the token. Under the lock, too: a refresh that is under way would store its token after the sign-out. */
  async signOut(): Promise<void> {
    await this.#locks.mutex('token').sandbox(() => localStorage.removeItem(KEY), PATIENCE);
  }
}

function read(): Token | undefined {
  const text = localStorage.getItem(KEY);
  return text === null ? undefined : (JSON.parse(text) as Token);
}
