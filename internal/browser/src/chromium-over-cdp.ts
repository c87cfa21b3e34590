import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietFlags } from './launch.ts';

type Message = { id?: number; method?: string; params?: object; result?: object; error?: { message: string } };

/**
 * A Chromium, driven by its own protocol alone. Unlike a browser of Playwright's, it does not keep every page visible, so
 * its pages can be frozen.
 */
export class ChromiumOverCdp {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, { resolve(result: object): void; reject(error: Error): void }>();
  #ids = 0;

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data as string) as Message);
  }

  static async launch(executable: string): Promise<ChromiumOverCdp> {
    const profile = mkdtempSync(join(tmpdir(), 'valvekit-chromium-'));
    const flags = [...quietFlags, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
    const child = spawn(executable, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const address = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr.on('data', (data) => {
        text += data;
        const [found] = /ws:\/\/\S+/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`Chromium did not start:\n${text}`)));
    });
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot connect to ${address}`));
    });
    return new ChromiumOverCdp(child, profile, socket);
  }

  /** Its name and version. */
  async version(): Promise<string> {
    const { product } = await this.send<{ product: string }>('Browser.getVersion');
    return product;
  }

  send<Result = object>(method: string, params: object = {}, sessionId?: string): Promise<Result> {
    return new Promise((resolve, reject) => {
      const id = ++this.#ids;
      this.#calls.set(id, { resolve: resolve as (result: object) => void, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
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
    const over = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#socket.close();
    // With all its processes.
    process.kill(-(this.#process.pid as number), 'SIGKILL');
    await over;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }

  #hear({ id, result = {}, error }: Message): void {
    if (id === undefined) return;
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
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
