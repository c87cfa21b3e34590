import { describe, expect, it } from 'vitest';
import { mostInside, run } from './run.ts';

/** The lines that match. */
function matching(lines: readonly string[], pattern: RegExp): string[] {
  return lines.filter((line) => pattern.test(line));
}

describe.concurrent('examples', { timeout: 20_000 }, () => {
  it('token-refresh fetches a token once for all who need it', async (context) => {
    const lines = await run('token-refresh.ts', context);
    context
      .expect(matching(lines, /^auth server makes/))
      .toEqual(['auth server makes token 1', 'auth server makes token 2', 'auth server makes token 3']);
    const leaves = matching(lines, /leaves/);
    context
      .expect(leaves)
      .toEqual(Array.from({ length: 20 }, (_, n) => `request ${n + 1} leaves with token ${Math.floor(n / 8) + 1}`));
    context.expect(mostInside(lines, /holds/, /leaves/)).toBe(1);
    context.expect(lines.at(-1)).toBe('20 requests needed 3 tokens');
  });

  it('price-cache has many readers or one writer, and no reader sees half an update', async (context) => {
    const lines = await run('price-cache.ts', context);
    context.expect(mostInside(lines, /^reader \d+ reads/, /^reader \d+ leaves/)).toBeGreaterThan(1);
    for (const [index, line] of lines.entries()) {
      if (!line.endsWith('writes')) continue;
      const done = lines.indexOf(line.replace('writes', 'reads what it wrote'));
      context.expect(mostInside(lines.slice(0, index), /reads/, /leaves/)).toBeGreaterThan(0);
      context.expect(matching(lines.slice(index, done), /reads|leaves/)).toEqual([]);
    }
    context
      .expect(matching(lines, /^update \d leaves/))
      .toEqual(['update 1 leaves with a sum of 9', 'update 2 leaves with a sum of 11']);
    context.expect(matching(lines, /^reader \d+ leaves/)).toHaveLength(12);
  });

  it('connection-pool lends five connections, each to one query at a time', async (context) => {
    const lines = await run('connection-pool.ts', context);
    context.expect(mostInside(lines, /holds/, /leaves/)).toBe(5);
    for (const connection of 'ABCDE') {
      const held = matching(lines, new RegExp(`holds connection ${connection}`)).map((line) => line.split(' ')[1]);
      const pattern = new RegExp(`^query (${held.join('|')}) (holds|leaves)`);
      context.expect(mostInside(matching(lines, pattern), /holds/, /leaves/)).toBe(1);
    }
    context
      .expect(matching(lines, /gives up/))
      .toEqual(['query 12 gives up with AbortError', 'query 10 gives up with TimeoutError']);
    context.expect(matching(lines, /leaves with/)).toHaveLength(12);
    context.expect(lines.at(-1)).toBe('the pool has 5 free connections');
  });

  it('sandbox-demo settles all hundred items and never runs more than five at a time', async (context) => {
    const lines = await run('sandbox-demo.ts', context);
    context.expect(mostInside(lines, /starts/, /throws|rejects|resolves/)).toBe(5);
    context
      .expect(matching(lines, /starts/))
      .toEqual(Array.from({ length: 100 }, (_, index) => `Item[${index}] starts`));
    const failures = matching(lines, /throws|rejects/).length;
    context.expect(failures + matching(lines, /resolves/).length).toBe(100);
    context.expect(failures).toBe(68);
    context.expect(lines.at(-1)).toBe('100 items have settled, 68 of them failed');
  });

  it('money-transfer loses no money, and uses each account for one transfer at a time', async (context) => {
    const lines = await run('money-transfer.ts', context);
    for (const name of ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve']) {
      const own = matching(lines, new RegExp(`^(${name} to \\w+|\\w+ to ${name}) (holds|leaves)`));
      context.expect(mostInside(own, /holds/, /leaves/)).toBe(1);
    }
    context.expect(mostInside(lines, /holds/, /leaves/)).toBe(2);
    context.expect(matching(lines, /leaves/)).toHaveLength(7);
    context.expect(lines.at(-1)).toBe('the bank has 500 of 500');
  });

  it('money-transfer loses money without locks', async (context) => {
    const lines = await run('money-transfer.ts --without-locks', context);
    context.expect(lines.at(-1)).toMatch(/^the bank has \d+ of 500$/);
    context.expect(lines.at(-1)).not.toBe('the bank has 500 of 500');
  });

  it('locks-of-any-scope makes each report once, with locks of one thread', async (context) => {
    const lines = await run('locks-of-any-scope.ts', context);
    context
      .expect(matching(lines, /^worker \d (starts|skips)/))
      .toEqual([
        'worker 1 starts tea',
        'worker 2 starts milk',
        'worker 3 skips tea: somebody makes it',
        'worker 3 starts sugar',
      ]);
    context
      .expect(lines.slice(-4))
      .toEqual([
        'the page says tea: 11 sold',
        'the page says milk: 12 sold',
        'the page says sugar: 13 sold',
        'the locks are 0 in use',
      ]);
  });

  it('ten-timers notifies once, when the last timer has fired', async (context) => {
    const lines = await run('ten-timers.ts', context);
    context.expect(matching(lines, /^timer \d+ ends/)).toHaveLength(10);
    context.expect(matching(lines, /^notification/)).toHaveLength(1);
    context
      .expect(lines.slice(-3, -1))
      .toEqual([expect.stringMatching(/^timer \d+ ends$/), 'notification: the last timer has rung']);
  });

  it('render-page responds when all parts have loaded, without those that failed', async (context) => {
    const lines = await run('render-page.ts', context);
    context
      .expect(matching(lines, /^browser/))
      .toEqual([
        'browser requests /',
        'browser shows <h1>Today</h1><p>Locks now fair</p><p>Dry, some threads of cloud</p><hr>',
        'browser requests /?broken=weather',
        'browser shows <h1>Today</h1><p>Locks now fair</p><hr>',
      ]);
    context.expect(lines).toContain('weather ends with an error: out of order');
  });

  it('start-up starts each part once the program reaches the state that the part needs', async (context) => {
    const lines = await run('start-up.ts', context);
    const order = (...wanted: string[]) => wanted.map((line) => lines.indexOf(line));
    for (const [before, after] of [
      order('settings ends and sets configured', 'log starts'),
      order('settings ends and sets configured', 'database starts'),
      order('database ends and sets connected', 'cache starts'),
      order('database ends and sets connected', 'web server starts'),
      order('web server ends and sets ready', 'job runner starts'),
    ]) {
      context.expect(before).toBeGreaterThanOrEqual(0);
      context.expect(after).toBeGreaterThan(before as number);
    }
    context.expect(lines).toContain('health check gives up with TimeoutError: not healthy yet');
    context.expect(lines.at(-1)).toBe('latecomer goes on at once: the program is ready');
  });

  it('using-guards releases each hold at the end of its block', async (context) => {
    const lines = await run('using-guards.ts', context);
    context
      .expect(matching(lines, /^writer/).slice(3))
      .toEqual([
        'writer 1 holds the file',
        'writer 1 leaves',
        'writer 2 holds the file',
        'writer 2 leaves with an error',
        'writer 3 holds the file',
        'writer 3 leaves',
      ]);
    const family = lines.indexOf('family holds 4 seats');
    context.expect(mostInside(lines.slice(0, family), /holds 2 seats/, /^couple \d leaves/)).toBe(2);
    context.expect(lines.indexOf('couple 3 holds 2 seats')).toBeGreaterThan(lines.indexOf('family leaves'));
    context
      .expect(matching(lines, /^(reader|editor)/).slice(3))
      .toEqual([
        'reader reads',
        'editor 1 reads',
        'editor 1 asks to write',
        'reader leaves',
        'editor 1 writes',
        'editor 1 leaves with a change',
        'editor 2 reads',
        'editor 2 leaves with no change',
      ]);
  });
});
