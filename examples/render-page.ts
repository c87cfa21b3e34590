// A web server that renders a page from several parts. The parts load concurrently, each calls back when it is ready, and
// the server responds after the last one. A part that fails is left out.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ASemaphore } from 'valvekit';
import { printed } from './stage.ts';

const parts = [
  { name: 'title', ticks: 3, html: '<h1>Today</h1>' },
  { name: 'news', ticks: 9, html: '<p>Locks now fair</p>' },
  { name: 'weather', ticks: 13, html: '<p>Dry, some threads of cloud</p>' },
  { name: 'footer', ticks: 6, html: '<hr>' },
];

export async function main({ tick, watch, tell } = printed): Promise<void> {
  function load(part: (typeof parts)[number], fails: boolean, done: (error?: Error) => void) {
    tell(part.name, 'starts');
    setTimeout(() => done(fails ? new Error('out of order') : undefined), part.ticks * tick);
  }

  function render(broken: string | null, response: ServerResponse) {
    const page = new Map<string, string>();
    const unfinished = new ASemaphore(() => {
      response.end(parts.map(({ name }) => page.get(name) ?? '').join(''));
    });
    watch(unfinished);
    unfinished.v();
    for (const part of parts) {
      // wrap() counts up now, and down when the part calls back.
      const done = unfinished.wrap((error?: Error) => {
        tell(part.name, 'ends', error && `with an error: ${error.message}`);
        if (!error) page.set(part.name, part.html);
      });
      load(part, part.name === broken, done);
    }
    unfinished.p();
  }

  const server = createServer(({ url = '/' }, response) => {
    tell('browser', 'requests', url);
    render(new URL(url, 'http://localhost').searchParams.get('broken'), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  for (const path of ['/', '/?broken=weather']) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    tell('browser', 'shows', await answer.text());
  }
  server.close();
  await once(server, 'close');
}

if (import.meta.main) await main();
