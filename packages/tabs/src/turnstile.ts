import { type BrowserLock, releaseAll, take } from './browser-lock.ts';
import type { Grant, Source, Wanting } from './source.ts';

/**
 * A turnstile before other names: a name of its own, which those hold alone who have to wait, one after the other in all
 * tabs, until they have what they wait for.
 *
 * So nobody overtakes a request that waits; requests for several permits cannot block each other, since only one collects
 * them; and behind the turnstile one request waits at a time. That last thing is for read/write locks, too: when a writer
 * gives up, Chromium (153, 156) goes on holding up the readers behind it, until all readers before it have left.
 */
export class Turnstile implements Source {
  readonly #manager: LockManager;
  readonly #name: string;
  readonly #behind: Source;

  constructor(manager: LockManager, name: string, behind: Source) {
    this.#manager = manager;
    this.#name = name;
    this.#behind = behind;
  }

  async probe(permits: number): Promise<Grant | undefined> {
    // Side by side with others who do not wait. One after the other: Deno does not answer while a writer waits for the name,
    // and this must hold nothing then.
    const lock = await take(this.#manager, this.#name, { mode: 'shared', ifAvailable: true });
    if (lock === undefined) return undefined;
    try {
      return await this.#behind.probe(permits);
    } finally {
      releaseAll([lock]);
    }
  }

  async wait(line: Wanting, controller: AbortController): Promise<Grant> {
    line.onChange = () => {
      if (line.wanted === 0) controller.abort();
    };
    const lock = (await take(this.#manager, this.#name, { signal: controller.signal })) as BrowserLock;
    try {
      return await this.#behind.wait(line, controller);
    } finally {
      releaseAll([lock]);
    }
  }
}
