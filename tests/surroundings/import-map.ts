// A page without a bundler, in a browser, with the import map of the page "Where it runs".
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, serveFolder } from '@valvekit-internal/browser';
import { importMap } from '../runtimes/pack.ts';
import type { Tried } from './tried.ts';

const guide = join(import.meta.dirname, '..', '..', 'docs', 'guide', 'where-it-runs.md');

/** What the page prints. */
const expected = 'true,TimeoutError,done,true';

/** Compares the map with the packages, and runs the page with it, the packages served from `folder`. */
export async function runInBrowser(folder: string): Promise<Tried[]> {
  const umbrella = readFileSync(join(folder, 'node_modules', 'valvekit', 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(umbrella) as { dependencies: Record<string, string> };
  const [, text = '{}'] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(readFileSync(guide, 'utf8')) ?? [];
  const { imports } = JSON.parse(text) as { imports: Record<string, string> };
  // A CDN serves the files of a package under its name and version.
  const local = Object.entries(imports).map(([name, url]) => [
    name,
    url.replace(/^https:\/\/[^/]+\/(?:npm\/)?((?:@[^/]+\/)?[^@/]+)@[^/]+/, '/node_modules/$1'),
  ]);
  const needed = importMap(folder, ['valvekit', ...Object.keys(dependencies)]);
  const wrong = local.filter(([name = '', url]) => needed[name] !== url);
  const missing = Object.keys(needed).filter((name) => !(name in imports));
  const differences = [...wrong.map(([name, url]) => `${name}: ${url}`), ...missing.map((name) => `no ${name}`)];
  const { version, error } = await loadPage(folder, Object.fromEntries(local));
  const what = 'the import map has every entry of the packages in valvekit';
  return [
    { version, what, error: differences.join('\n') || undefined },
    { version, what: 'a page without a bundler, with the import map; a signal of another frame', error },
  ];
}

async function loadPage(
  folder: string,
  imports: Record<string, string>,
): Promise<{ version: string; error: string | undefined }> {
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html>
<body>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
  import { Mutex, TimeoutError } from 'valvekit';
  import { Mutex as Same } from '@valvekit/mutex';
  const mutex = new Mutex();
  mutex.tryLock();
  const name = await mutex.lock({ timeout: 0 }).catch((error) => error instanceof TimeoutError && error.name);
  const queued = mutex.sandbox(() => 'done');
  mutex.unlock();
  const frame = document.body.appendChild(document.createElement('iframe'));
  const foreign = new frame.contentWindow.AbortController();
  mutex.tryLock();
  const aborted = mutex.lock({ signal: foreign.signal }).catch((reason) => reason === foreign.signal.reason);
  foreign.abort();
  document.title = [Mutex === Same, name, await queued, await aborted].join();
</script>`,
  );
  await using server = await serveFolder(folder);
  const browser = await launchBrowser();
  const version = browser.version();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction("document.title !== ''", undefined, { timeout: 10_000 });
    const title = await page.title();
    return { version, error: title === expected ? undefined : title };
  } catch (error) {
    return { version, error: String(error) };
  } finally {
    await browser.close();
  }
}
