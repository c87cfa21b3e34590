import { rest } from '../rest.ts';

interface Held {
  readonly name: string;
  readonly mode: LockMode;
  readonly clientId: string;
  /** Another script has stolen it. */
  lose(): void;
}

interface Asked {
  readonly name: string;
  readonly mode: LockMode;
  readonly clientId: string;
  grant(held: Held): void;
}

type Callback = (lock: Lock | null) => unknown;

/**
 * What a browser does with the Web Locks of an origin, as the specification says. Every message from a tab, and every
 * answer, takes a task; all of them are handled in the order in which they were sent.
 */
export class FakeBrowser {
  readonly held: Set<Held> = new Set();
  readonly asked: Set<Asked> = new Set();
  /** The most requests of one tab that were under way at a time, and how many there were. */
  most = 0;
  requests = 0;
  #tabs = 0;
  readonly #isPrompt: boolean;
  #messages: (() => void)[] = [];
  #isBusy = false;

  /** @param isPrompt - whether it answers at once, before a call returns, as Deno does */
  constructor(isPrompt = false) {
    this.#isPrompt = isPrompt;
  }

  /** A tab, frame or worker. */
  tab(): FakeTab {
    return new FakeTab(this, `tab ${this.#tabs++}`);
  }

  /** Handles a message when those before it have been handled. */
  send(message: () => void): void {
    if (this.#isPrompt) {
      message();
      return;
    }
    this.#messages.push(message);
    if (!this.#isBusy) void this.#handle();
  }

  /** Waits until all messages have been handled, and those that they cause. */
  async settle(): Promise<void> {
    do await rest();
    while (this.#isBusy || this.#messages.length > 0);
    await rest();
  }

  ask(asked: Asked): void {
    this.asked.add(asked);
    this.process(asked.name);
  }

  isFree(name: string, mode: LockMode): boolean {
    const isShared = (other: { mode: LockMode }): boolean => mode === 'shared' && other.mode === 'shared';
    return [...this.held].every((held) => held.name !== name || isShared(held));
  }

  /** Grants whatever can be granted, in the order of arrival. */
  process(name: string): void {
    for (const asked of this.asked) {
      if (asked.name !== name) continue;
      if (!this.isFree(name, asked.mode)) return;
      this.asked.delete(asked);
      this.grant(asked);
    }
  }

  grant({ grant, ...asked }: Asked): void {
    const held: Held = { ...asked, lose() {} };
    this.held.add(held);
    grant(held);
  }

  release(held: Held): void {
    if (this.held.delete(held)) this.process(held.name);
  }

  /** A request was aborted. Chromium then grants nothing to those behind it while the name is held, as the others would. */
  leave(name: string): void {
    if ([...this.held].every((held) => held.name !== name)) this.process(name);
  }

  steal(asked: Asked): void {
    for (const held of this.held) {
      if (held.name !== asked.name) continue;
      this.held.delete(held);
      held.lose();
    }
    this.grant(asked);
  }

  /** The tab is gone: closed, reloaded, crashed. */
  end(clientId: string): void {
    for (const asked of this.asked) if (asked.clientId === clientId) this.asked.delete(asked);
    for (const held of this.held) if (held.clientId === clientId) this.held.delete(held);
    for (const name of new Set([...this.asked].map((asked) => asked.name))) this.process(name);
  }

  async #handle(): Promise<void> {
    this.#isBusy = true;
    while (this.#messages.length > 0) {
      await rest();
      this.#messages.shift()?.();
    }
    this.#isBusy = false;
  }
}

/** The `navigator.locks` of one tab. */
export class FakeTab implements LockManager {
  readonly #browser: FakeBrowser;
  readonly #id: string;
  #underWay = 0;
  #isFrozen = false;
  #later: (() => void)[] = [];

  constructor(browser: FakeBrowser, id: string) {
    this.#browser = browser;
    this.#id = id;
  }

  request<T>(name: string, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  request<T>(name: string, options: LockOptions, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  async request(name: string, first: LockOptions | Callback, second?: Callback): Promise<never> {
    const callback = (second ?? first) as Callback;
    const {
      mode = 'exclusive',
      ifAvailable = false,
      steal = false,
      signal,
    } = second === undefined ? {} : (first as LockOptions);
    if (name.startsWith('-')) throw new DOMException('Names cannot begin with -', 'NotSupportedError');
    if (steal && (ifAvailable || mode === 'shared')) throw new DOMException('steal', 'NotSupportedError');
    if (signal && (steal || ifAvailable)) throw new DOMException('signal', 'NotSupportedError');
    signal?.throwIfAborted();
    const browser = this.#browser;
    browser.requests++;
    browser.most = Math.max(browser.most, ++this.#underWay);
    return new Promise((resolve, reject) => {
      const done = (): void => void this.#underWay--;
      const asked: Asked = {
        name,
        mode,
        clientId: this.#id,
        grant: (held) => {
          held.lose = () => this.#hear(() => reject(new DOMException('The lock was stolen', 'AbortError')));
          this.#hear(() => {
            if (signal?.aborted) {
              browser.send(() => browser.release(held));
              return;
            }
            signal?.removeEventListener('abort', abort);
            done();
            void this.#call(callback, { name, mode } as Lock).then(
              (value) => {
                browser.send(() => browser.release(held));
                resolve(value as never);
              },
              (error: unknown) => {
                browser.send(() => browser.release(held));
                reject(error);
              },
            );
          });
        },
      };
      const abort = (): void => {
        done();
        browser.send(() => {
          if (browser.asked.delete(asked)) browser.leave(name);
        });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      browser.send(() => {
        if (steal) browser.steal(asked);
        else if (ifAvailable && !this.#isAvailable(asked)) {
          this.#hear(() => {
            done();
            void this.#call(callback, null).then((value) => resolve(value as never), reject);
          });
        } else browser.ask(asked);
      });
    });
  }

  query(): Promise<LockManagerSnapshot> {
    return new Promise((resolve) => {
      this.#browser.send(() => {
        const infos = (locks: Iterable<Held | Asked>): LockInfo[] =>
          Array.from(locks, ({ name, mode, clientId }) => ({ name, mode, clientId }));
        const snapshot = { held: infos(this.#browser.held), pending: infos(this.#browser.asked) };
        this.#hear(() => resolve(snapshot));
      });
    });
  }

  /** Closed, reloaded, crashed. It hears nothing any more. */
  end(): void {
    this.freeze();
    this.#browser.send(() => this.#browser.end(this.#id));
  }

  /** It hears nothing until it thaws. */
  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const run of this.#later.splice(0)) this.#hear(run);
  }

  #isAvailable({ name, mode }: Asked): boolean {
    return [...this.#browser.asked].every((other) => other.name !== name) && this.#browser.isFree(name, mode);
  }

  // An answer arrives.
  #hear(run: () => void): void {
    this.#browser.send(() => {
      if (this.#isFrozen) this.#later.push(run);
      else run();
    });
  }

  async #call(callback: Callback, lock: Lock | null): Promise<unknown> {
    return callback(lock);
  }
}
