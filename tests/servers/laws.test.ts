import { contractLaws } from '@valvekit-internal/laws/contract/contract-laws';
import { afterAll } from 'vitest';
import { open } from './clients.ts';
import { combinations, engines, newest } from './engines.ts';
import { subjects } from './subjects.ts';

// Every kind through every client on every engine; without hand-overs, through one client of the newest of each kind.
for (const engine of engines) {
  const server = await engine.reach();
  afterAll(() => server.stop());
  for (const { label, client } of combinations([engine])) {
    const opened = await Promise.all([open(client, server.port), open(client, server.port)]);
    afterAll(() => Promise.all(opened.map(({ close }) => close())));
    const isStrictToo = newest.includes(engine) && ['ioredis 6', 'pg'].includes(client);
    for (const passes of isStrictToo ? [0, 16] : [16]) {
      for (const [kind, subject] of Object.entries(subjects(opened, server, { passes })))
        contractLaws(`${label}: passes: ${passes}, ${kind}`, subject);
    }
  }
}
