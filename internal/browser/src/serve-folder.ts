import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves static files on loopback, like any static host: `/` and `/page` find their .html files. */
export async function serveFolder(folder: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(folder, normalize(decodeURIComponent(pathname)));
    const candidates = pathname.endsWith('/') ? [join(path, 'index.html')] : [path, `${path}.html`];
    void firstOf(candidates).then((found) => {
      if (found === undefined) response.writeHead(404).end();
      else {
        response.setHeader('Content-Type', types[extname(found.file)] ?? 'application/octet-stream');
        // Their names change with their content.
        if (pathname.includes('/assets/')) response.setHeader('Cache-Control', 'max-age=31536000, immutable');
        response.end(found.content);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function firstOf(files: string[]): Promise<{ file: string; content: Buffer } | undefined> {
  for (const file of files) {
    try {
      return { file, content: await readFile(file) };
    } catch {
      // The next candidate may exist.
    }
  }
  return undefined;
}
