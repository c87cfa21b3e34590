// The program next to a picture does what the picture shows.
import { runInThisContext } from 'node:vm';
import * as valvekit from 'valvekit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linesOf, programOf } from '../../playground/engine/program.ts';
import { record } from '../../playground/engine/recording.ts';
import { kinds } from '../../playground/stories/all.ts';

interface Line {
  at: number;
  text: string;
}

/** Runs a program unchanged, and returns what it prints, and when. */
async function printed(program: string): Promise<Line[]> {
  vi.useFakeTimers({ now: 0 });
  const lines: Line[] = [];
  const console = {
    log: (name: string, text: string, ...rest: unknown[]) =>
      lines.push({
        at: Date.now(),
        text: `${name} ${text.replace(',', '')}${text === 'fails:' ? ` ${String(rest[0])}` : ''}`,
      }),
  };
  const body = program.replace(/^import (\{.*\}) from '@valvekit\/\w+';/, 'const $1 = valvekit;');
  runInThisContext(`(valvekit, console) => {${body}}`)(valvekit, console);
  await vi.runAllTimersAsync();
  return lines;
}

afterEach(() => {
  vi.useRealTimers();
});

const stories = kinds.flatMap((kind) => kind.stories).filter(({ given }) => given === undefined);

it.each(kinds.flatMap((kind) => kind.stories).map((story) => [story.id, story] as const))(
  'the program of "%s" is no wider than its column',
  (_, story) => {
    const scenario = { ...story.scenario, story: story.id };
    const lines = [story.imports, ...linesOf(story, scenario).map(({ text }) => text)];
    expect(lines.filter((line) => line.length > 64)).toEqual([]);
  },
);

describe.each(['with', 'without'] as const)('program %s its lock', (which) => {
  it.each(stories.map((story) => [story.id, story] as const))(
    'of "%s" prints what happens in the playground, at the same times',
    async (_, story) => {
      const scenario = { ...story.scenario, story: story.id, ...(which === 'without' && { without: true as const }) };
      const { events } = await record(story, scenario);
      const callers = new Set(scenario.steps.flatMap((step) => ('ask' in step ? step.ask : [])));
      const happened = events
        .filter(({ actor = '', text }) => callers.has(actor) && / is done$| fails: /.test(text))
        .map(({ at, text }) => ({ at, text }));
      expect(await printed(programOf(story, scenario))).toEqual(happened);
    },
  );
});
