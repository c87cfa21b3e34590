import { type Ask, asksOf, type Change, isAsk, type Scenario } from './scenario.ts';

/** The parts of a program that depend on the primitive. */
export interface Parts {
  /** Imports and creates the primitive. */
  opening: string;
  /** The functions that the actors call. */
  visits: string[];
  /** A call of one of these functions. */
  visit(ask: Ask, options: string): string;
  change(change: Change): string;
}

/** Generates a program that does the same as a scenario, in real time. */
export function programOf(scenario: Scenario, parts: Parts): string {
  const aborted = new Set(scenario.steps.flatMap((step) => ('abort' in step ? step.abort : [])));
  const call = (step: Scenario['steps'][number]): string => {
    if (isAsk(step)) return parts.visit(step, optionsOf(step, aborted));
    return 'abort' in step ? `${controllerOf(step.abort)}.abort()` : parts.change(step);
  };
  const controllers = [...aborted].map((name) => `const ${controllerOf(name)} = new AbortController();`);
  const steps = scenario.steps.map((step) => `at(${step.at}, () => ${call(step)});`);
  const helpers = ['function at(time, fn) {\n  setTimeout(fn, time);\n}'];
  const asks = asksOf(scenario);
  if (asks.some(({ hold }) => hold !== undefined)) {
    helpers.push('function sleep(time) {\n  return new Promise((resolve) => setTimeout(resolve, time));\n}');
  }
  if (asks.some(({ throws }) => throws)) helpers.push(failAfter);
  const opening = [parts.opening, ...controllers].join('\n');
  return `${[opening, steps.join('\n'), ...parts.visits, ...helpers].join('\n\n')}\n`;
}

/** What an actor does while it holds. */
export function workOf({ ask, hold = 0, throws }: Ask): string {
  return throws ? `() => failAfter(${hold}, '${ask}')` : `() => sleep(${hold})`;
}

/** A list of arguments, without empty ones. */
export function argumentsOf(...texts: string[]): string {
  return texts.filter((text) => text !== '').join(', ');
}

/** A function that runs its work under the lock of this name, and prints what happens. */
export function visitUnder(lock: string): string {
  return `async function visit(name, work, options) {
  try {
    await ${lock}.sandbox(async () => {
      console.log(name, 'holds');
      await work();
      console.log(name, 'leaves');
    }, options);
  } catch (error) {
    console.log(name, 'fails:', error.message);
  }
}`;
}

const failAfter = `async function failAfter(time, name) {
  await sleep(time);
  console.log(name, 'throws');
  throw new Error('out of luck');
}`;

function optionsOf({ ask, permits, priority, timeout }: Ask, aborted: Set<string>): string {
  const options = Object.entries({ permits, priority, timeout })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`);
  if (aborted.has(ask)) options.push(`signal: ${controllerOf(ask)}.signal`);
  return options.length === 0 ? '' : `{ ${options.join(', ')} }`;
}

function controllerOf(name: string): string {
  return `abort${name}`;
}
