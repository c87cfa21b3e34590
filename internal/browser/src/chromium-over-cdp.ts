import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { quietFlags } from './launch.ts';

type Message = { id?: number; method?: string; params?: object; result?: object; error?: { message: string } };

/**
 * A Chromium, driven by its own protocol alone, over a pipe. Unlike a browser of Playwright's, it does not keep every page
 * visible, so its pages can be frozen.
 */
export class ChromiumOverCdp {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #input: Writable;
  readonly #calls = new Map<number, { resolve(result: object): void; reject(error: Error): void }>();
  #ids = 0;
  #ended: Error | undefined;

  private constructor(executable: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'valvekit-chromium-'));
    const flags = [...quietFlags, '--headless', '--remote-debugging-pipe', `--user-data-dir=${this.#profile}`];
    this.#process = spawn(executable, [...flags, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const [, , errors, input, output] = this.#process.stdio as [null, null, Readable, Writable, Readable];
    let said = '';
    errors.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
    });
    this.#input = input;
    // A message that can no longer be sent is reported by the end of the process.
    input.on('error', () => {});
    let partial = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      const messages = (partial + text).split('\0');
      partial = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message) as Message);
    });
    this.#process.on('error', (error) => this.#end(error));
    this.#process.on('close', (code, signal) => this.#end(new Error(`Chromium ended (${signal ?? code}):\n${said}`)));
  }

  /** Starts one. On a busy machine, a Chromium sometimes ends before it has answered at all: then another is started. */
  static async launch(executable: string, attempts = 3): Promise<ChromiumOverCdp> {
    const chromium = new ChromiumOverCdp(executable);
    try {
      await chromium.version();
      return chromium;
    } catch (error) {
      await chromium.close();
      if (attempts === 1) throw error;
      return ChromiumOverCdp.launch(executable, attempts - 1);
    }
  }

  /** Its name and version. */
  async version(): Promise<string> {
    const { product } = await this.send<{ product: string }>('Browser.getVersion');
    return product;
  }

  send<Result = object>(method: string, params: object = {}, sessionId?: string): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended;
      const id = ++this.#ids;
      this.#calls.set(id, { resolve: resolve as (result: object) => void, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Opens a page, and waits until it has loaded. */
  async open(url: string): Promise<CdpPage> {
    const { targetId } = await this.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const page = new CdpPage(this, targetId, sessionId);
    await page.send('Page.enable');
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) {
      const over = new Promise((resolve) => this.#process.once('close', resolve));
      // With all its processes.
      process.kill(-(this.#process.pid as number), 'SIGKILL');
      await over;
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }

  #hear({ id, result = {}, error }: Message): void {
    if (id === undefined) return;
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}

/** The text of a call, which sees nothing of where the function was written. */
export function callOf<Args extends unknown[]>(fn: (...args: Args) => unknown, args: Args): string {
  return `(${fn.toString()})(...${JSON.stringify(args)})`;
}

/** A page of its own. */
export class CdpPage {
  readonly #chromium: ChromiumOverCdp;
  readonly #target: string;
  readonly #session: string;

  constructor(chromium: ChromiumOverCdp, target: string, session: string) {
    this.#chromium = chromium;
    this.#target = target;
    this.#session = session;
  }

  send<Result = object>(method: string, params: object = {}): Promise<Result> {
    return this.#chromium.send<Result>(method, params, this.#session);
  }

  /** Runs a function in the page, which sees nothing but its arguments and the page's globals. */
  run<Args extends unknown[], Result>(fn: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>> {
    return this.evaluate(callOf(fn, args)) as Promise<Awaited<Result>>;
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.send<{
      result: { value: unknown };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Goes to another page, and waits until that has loaded. */
  async goto(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
    await this.loaded(url);
  }

  /** Goes back, to a page of this address. */
  async back(url: string): Promise<void> {
    const { currentIndex, entries } = await this.send<{ currentIndex: number; entries: { id: number }[] }>(
      'Page.getNavigationHistory',
    );
    await this.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]?.id });
    await this.loaded(url);
  }

  /** Waits until the page at this address has loaded. */
  async loaded(url: string): Promise<void> {
    const isThere = `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`;
    // It has no context to run in while it goes from one page to the next.
    while ((await this.evaluate(isThere).catch(() => false)) !== true) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Freezes the page, or makes it go on. */
  async setFrozen(isFrozen: boolean): Promise<void> {
    await this.send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' });
  }

  async close(): Promise<void> {
    await this.#chromium.send('Target.closeTarget', { targetId: this.#target });
  }
}
