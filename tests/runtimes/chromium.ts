import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { quietFlags } from '@valvekit-internal/browser';
import type { Result } from './suite/check.ts';

const flags = [
  ...quietFlags,
  '--headless',
  // Without this flag, the browser exits as soon as the page has loaded.
  '--remote-debugging-port=0',
];

const ways = ['bundle in a page', 'bundle in a worker', 'modules in a page'];
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/**
 * Runs the suite in headless Chromium, in every way that `pack` has prepared.
 *
 * @param done - called with each result as it arrives
 */
export async function runChromium(
  executable: string,
  folder: string,
  done: (way: string, result: Result) => void,
  limit = 30_000,
): Promise<void> {
  const missing = new Set(ways);
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const give = (way: string, result: Result): void => {
    if (!missing.delete(way)) return;
    done(way, result);
    if (missing.size === 0) finish();
  };
  const server = createServer((request, response) => {
    const path = decodeURI(request.url ?? '');
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (request.method === 'POST') {
      let body = '';
      request.setEncoding('utf8').on('data', (data) => (body += data));
      request.on('end', () => {
        response.end();
        give(path.slice(1), JSON.parse(body) as Result);
      });
    } else if (existsSync(file)) {
      response.setHeader('Content-Type', types[extname(file)] ?? 'text/plain').end(readFileSync(file));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const args = [...flags, `--user-data-dir=${join(folder, 'profile')}`, `http://127.0.0.1:${port}/`];
  const browser = spawn(executable, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  browser.stderr.on('data', (data) => (output += data));
  const failRest = (why: string): void => {
    for (const way of missing) give(way, { passed: 0, failures: [`${why}\n${output}`] });
  };
  browser.on('error', (error) => failRest(String(error)));
  const closed = new Promise<void>((resolve) => {
    browser.on('close', (code) => {
      failRest(`Chromium exited with code ${code}`);
      resolve();
    });
  });
  const timer = setTimeout(() => failRest(`no result after ${limit} ms`), limit);
  await finished;
  clearTimeout(timer);
  browser.kill('SIGKILL');
  await closed;
  server.closeAllConnections();
  server.close();
}
