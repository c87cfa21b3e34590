// The program next to a picture does what the picture shows.
import { runInThisContext } from 'node:vm';
import * as valvekit from 'valvekit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Run } from '../../playground/engine/run.ts';
import { kinds } from './kinds.ts';

interface Line {
  at: number;
  text: string;
}

/** Runs a program unchanged, and returns what it prints, and when. */
async function printed(program: string): Promise<Line[]> {
  vi.useFakeTimers({ now: 0 });
  const lines: Line[] = [];
  const console = { log: (...words: string[]) => lines.push({ at: Date.now(), text: words.join(' ') }) };
  const body = program.replace(/^import (\{.*\}) from '@valvekit\/\w+';/, 'const $1 = valvekit;');
  runInThisContext(`(valvekit, console) => {${body}}`)(valvekit, console);
  await vi.runAllTimersAsync();
  return lines;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('program', () => {
  for (const kind of kinds) {
    for (const { title, scenario } of kind.examples) {
      it(`of ${kind.name}, "${title}", prints what happens in the playground, at the same times`, async () => {
        const run = new Run(kind, structuredClone(scenario));
        await run.passTo(600_000);
        expect(run.isOver).toBe(true);

        const happened = run.events
          .filter(({ actor, text }) => text === 'all done' || (actor !== undefined && !text.endsWith(' asks')))
          .map(({ at, text }) => ({ at, text }));
        expect(await printed(kind.program(run.scenario))).toEqual(happened);
      });
    }
  }
});
