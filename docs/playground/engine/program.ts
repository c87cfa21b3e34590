import * as valvekit from 'valvekit';
import type { Phase } from './actor.ts';
import { type Argument, optionsOf } from './argument.ts';
import { quoted } from './condition.ts';
import { type Ask, asksOf, type Change, isAsk, type Scenario } from './scenario.ts';
import type { State, Story } from './story.ts';

/** A line of a program, as it is shown. */
export interface Line {
  text: string;
  /** Commented out, because the program runs without its lock. */
  isOff: boolean;
  /** Whether it is a line of the lock: the point of the story. */
  isLock: boolean;
}

/** What the lines of a program say while they run. */
export interface Watcher {
  /** The actor that has just called a function. */
  caller(): string | undefined;
  /** Someone has come to a line. */
  mark(line: number, phase: Phase | 'done', actor: string | undefined): void;
}

/** The functions of a program, and what to look at. */
export interface Running {
  tasks: Record<string, (...args: unknown[]) => Promise<unknown>>;
  changes: Record<string, (value: unknown) => void>;
  state(): { values: State; lock: State };
}

interface Parsed extends Line {
  /** What it says to the playground. */
  phase?: Phase | 'done';
  of?: string;
}

const ending = /\s*\/\/(lock|bare)?(?:: (\w+)(?:\|(\w+))?(?: of (.+))?)?$/;

/** The lines of a story, with or without its lock. */
function parse({ code }: Story, scenario: Scenario): Parsed[] {
  const without = scenario.without === true;
  return code
    .trim()
    .split('\n')
    .flatMap((line): Parsed[] => {
      const [, which, guarded, bare = guarded, of] = ending.exec(line) ?? [];
      const phase = without ? bare : guarded;
      if (which === 'bare' && !without) return [];
      const text = filled(line.replace(ending, ''), scenario);
      const isOff = which === 'lock' && without;
      return [
        {
          text: isOff ? text.replace(/^\s*/, '$&// ') : text,
          isOff,
          isLock: which !== undefined,
          ...(phase !== undefined && !isOff && { phase: phase as Phase }),
          ...(of !== undefined && { of }),
        },
      ];
    });
}

function filled(text: string, { capacity = 1, policy = 'fair', ticket = '' }: Scenario): string {
  return text
    .replace('{capacity}', String(capacity))
    .replace('{policy}', quoted(policy))
    .replace('{ticket}', quoted(ticket));
}

/** The lines of the story itself: a mark names one of them by its place. */
export function linesOf(story: Story, scenario: Scenario): Line[] {
  return parse(story, scenario).map(({ text, isOff, isLock }) => ({ text, isOff, isLock }));
}

/** Makes the program of a story run. Only texts of ours are compiled; what visitors enter is passed as values. */
export function compile(story: Story, scenario: Scenario, watcher: Watcher, given: Record<string, unknown>): Running {
  const body = parse(story, scenario).map(({ text, phase, of }, index) => {
    const mark = phase === undefined ? '' : `$mark(${index}, '${phase}', ${of ?? '$caller'}); `;
    return `${mark}${text}${/^async function .*\{$/.test(text) ? ' const $caller = $called();' : ''}`;
  });
  const tasks = [...story.code.matchAll(/^async function (\w+)/gm)].map(([, name]) => name);
  const read = (expressions: readonly string[]): string =>
    `{ ${expressions.map((expression) => `${quoted(expression)}: ${expression}`).join(', ')} }`;
  const changes = Object.entries(story.changes ?? {}).map(([name, code]) => `${name}: (value) => { ${code}; }`);
  const source = [
    "'use strict';",
    ...body,
    `return {
      tasks: { ${tasks.join(', ')} },
      changes: { ${changes.join(', ')} },
      state: () => ({ values: ${read(story.shows)}, lock: ${read(story.state)} }),
    };`,
  ].join('\n');
  const scope: Record<string, unknown> = {
    ...valvekit,
    ...given,
    $mark: watcher.mark,
    $called: watcher.caller,
  };
  // The program that is shown is the program that runs.
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is ours
  return new Function(...Object.keys(scope), source)(...Object.values(scope)) as Running;
}

/** What a scenario calls, and when. */
export function callsOf(
  story: Story,
  scenario: Scenario,
): { at: number; text: string; call?: { task: string; args: Argument[] }; ask?: Ask }[] {
  const controllers = controllersOf(scenario);
  return scenario.steps.map((step) => {
    const { at } = step;
    if (isAsk(step)) {
      const call = story.call(step, optionsOf(step, controllers.get(step.ask)));
      const args = call.args.map(({ text }) => text).join(', ');
      return { at, call, ask: step, text: `at(${at}, ${quoted(step.ask)}, () => ${call.task}(${args}));` };
    }
    const text = 'abort' in step ? `${controllers.get(step.abort)}.abort()` : changeCode(story, step);
    return { at, text: `setTimeout(() => { ${text}; }, ${at});` };
  });
}

/** The whole program, to copy. */
export function programOf(story: Story, scenario: Scenario): string {
  const asks = asksOf(scenario);
  const calls = callsOf(story, scenario);
  const controllers = [...controllersOf(scenario).values()].map((name) => `const ${name} = new AbortController();`);
  const code = [...linesOf(story, scenario).map(({ text }) => text), ...controllers].join('\n');
  const all = [code, ...calls.map(({ text }) => text)].join('\n');
  const helpers = [at(story)];
  if (/\btakes\(/.test(all)) helpers.push(takes);
  if (asks.some(({ throws }) => throws)) helpers.push(failsAfter);
  if (/\bsleep\(|\btakes\(|\bfailsAfter\(/.test(all)) helpers.push(sleep);
  return `${[`${story.imports}\n\n${code}`, calls.map(({ text }) => text).join('\n'), ...helpers].join('\n\n')}\n`;
}

/** How a change to the lock is written. */
export function changeCode(story: Story, change: Change): string {
  if ('capacity' in change) return String(story.changes?.capacity).replace('value', String(change.capacity));
  if ('ticket' in change) return String(story.changes?.ticket).replace('value', quoted(change.ticket));
  return String(story.changes?.[change.call]);
}

// Those whose signal aborts, and the variables of their controllers.
function controllersOf(scenario: Scenario): Map<string, string> {
  const names = scenario.steps.flatMap((step) => ('abort' in step ? step.abort : []));
  return new Map([...new Set(names)].map((name, index) => [name, `controller${index + 1}`]));
}

const at = ({ shows }: Story): string => `function at(time, name, task) {
  setTimeout(async () => {
    try {
      await task();
      console.log(name, 'is done'${shows.length === 0 ? '' : `, { ${shows.join(', ')} }`});
    } catch (error) {
      console.log(name, 'fails:', error.message);
    }
  }, time);
}`;

const takes = `// Stands for a database, a file, another service.
function takes(time) {
  return () => sleep(time);
}`;

const failsAfter = `function failsAfter(time) {
  return async () => {
    await sleep(time);
    throw new Error('out of luck');
  };
}`;

const sleep = `function sleep(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}`;
