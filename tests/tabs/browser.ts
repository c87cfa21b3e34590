import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type CdpPage, ChromiumOverCdp, callOf, chromiumExecutable } from '@valvekit-internal/browser';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { Witness } from './witness.ts';

/** The code that each page, frame and worker runs, on the built packages. */
async function contextCode(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page/context.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

const executable = (await chromiumExecutable())?.path;
if (executable === undefined && process.env.CI) throw new Error('No Chromium: set CHROMIUM_PATH');

/** Whether there is a Chromium. */
export const hasBrowser: boolean = executable !== undefined;

// The one from npm has no back/forward cache.
const full = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'].flatMap((name) =>
  (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
);

/** A Chromium with all features, if there is one. */
export const fullExecutable: string | undefined = process.env.CHROMIUM_PATH ?? full.find((path) => existsSync(path));

/** A Chromium, and a server outside of it. */
export class Stage {
  readonly chromium: ChromiumOverCdp;
  readonly witness: Witness;

  private constructor(chromium: ChromiumOverCdp, witness: Witness) {
    this.chromium = chromium;
    this.witness = witness;
  }

  /** Opens one for a file of tests. */
  static async open(path = executable): Promise<Stage> {
    if (path === undefined) return undefined as never;
    const witness = await Witness.start({ '/context.js': await contextCode() });
    const stage = new Stage(await ChromiumOverCdp.launch(path), witness);
    afterAll(() => stage.close());
    return stage;
  }

  async close(): Promise<void> {
    await this.chromium.close();
    await this.witness.stop();
  }

  /** Opens a tab. */
  async tab(path = '/'): Promise<Tab> {
    return new Tab(await this.chromium.open(`${this.witness.url}${path}`));
  }
}

/** Where code runs: in a tab, a frame or a worker. */
export interface Context {
  run<Args extends unknown[], Result>(fn: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>>;
}

export type WorkerKind = 'worker' | 'shared worker' | 'service worker';

interface PageGlobals {
  readonly workers: {
    start(kind: WorkerKind): Promise<number>;
    run(place: number, code: string): Promise<unknown>;
    terminate(place: number): Promise<void>;
  };
}

export class Tab implements Context {
  readonly page: CdpPage;

  constructor(page: CdpPage) {
    this.page = page;
  }

  run<Args extends unknown[], Result>(fn: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>> {
    return this.page.run(fn, ...args);
  }

  /** Adds a frame of the same origin. */
  async frame(): Promise<Context & { remove(): Promise<void> }> {
    const place = await this.page.run(async () => {
      const frame = document.createElement('iframe');
      frame.src = '/frame';
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      return document.querySelectorAll('iframe').length - 1;
    });
    return {
      run: (fn, ...args) =>
        this.page.run(
          (at, code) => new (window.frames[at] as unknown as typeof globalThis).Function(`return ${code}`)(),
          place,
          callOf(fn, args),
        ) as never,
      remove: () => this.page.run((at) => document.querySelectorAll('iframe')[at]?.remove(), place),
    };
  }

  /** Starts a worker. */
  async worker(kind: WorkerKind): Promise<Context & { terminate(): Promise<void> }> {
    const place = await this.page.run((of) => (globalThis as unknown as PageGlobals).workers.start(of), kind);
    return {
      run: (fn, ...args) =>
        this.page.run(
          (at, code) => (globalThis as unknown as PageGlobals).workers.run(at, code),
          place,
          callOf(fn, args),
        ) as never,
      terminate: () => this.page.run((at) => (globalThis as unknown as PageGlobals).workers.terminate(at), place),
    };
  }
}
