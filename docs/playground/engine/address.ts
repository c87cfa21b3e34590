import { conditionOf } from './condition.ts';
import { isKeys, type Scenario, type Step } from './scenario.ts';

// Limits for addresses, because anyone can write anything into them.
const LONGEST_TIME = 600_000;
const MOST_STEPS = 500;

/** Encodes a scenario for use in an address. */
export function toAddress(scenario: Scenario): string {
  const text = encodeURIComponent(JSON.stringify(scenario)).replace(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Decodes a scenario; undefined if the address does not contain one. */
export function fromAddress(address: string): Scenario | undefined {
  try {
    const bytes = atob(address.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
    const scenario: unknown = JSON.parse(text);
    return isScenario(scenario) ? scenario : undefined;
  } catch {
    return undefined;
  }
}

type Check = (value: unknown) => boolean;

const isTime: Check = (value) => isWhole(value) && Number(value) <= LONGEST_TIME;
const isCapacity: Check = (value) => isWhole(value) && Number(value) <= 99;
const isName: Check = (value) => typeof value === 'string' && /^[\w ()→]{1,32}$/.test(value);
const isText: Check = (value) => typeof value === 'string' && value.length <= 80;

const stepFields: Record<string, Check> = {
  at: isTime,
  ask: isName,
  mode: oneOf('read', 'write', 'upgradable', 'work', 'wait'),
  keys: (value) => typeof value === 'string' && isKeys(value),
  condition: (value) => isText(value) && Boolean(conditionOf(String(value))),
  amount: (value) => isCapacity(value) && value !== 0,
  hold: isTime,
  writes: isTime,
  throws: oneOf(true),
  permits: (value) => isCapacity(value) && value !== 0,
  priority: (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 99,
  timeout: isTime,
  abort: isName,
  capacity: isCapacity,
  ticket: isText,
  call: oneOf('cancel', 'v', 'p', 'cut'),
};

const scenarioFields: Record<string, Check> = {
  capacity: isCapacity,
  policy: oneOf('fair', 'readers'),
  ticket: isText,
  story: (value) => typeof value === 'string' && /^[a-z-]{1,20}$/.test(value),
  without: oneOf(true),
  steps: (value) => Array.isArray(value) && value.length <= MOST_STEPS && value.every(isStep) && areOfOneEach(value),
};

function isScenario(value: unknown): value is Scenario {
  return fits(value, scenarioFields) && 'story' in value && 'steps' in value;
}

function isStep(value: unknown): value is Step {
  if (!fits(value, stepFields) || !('at' in value)) return false;
  return ['ask', 'abort', 'capacity', 'ticket', 'call'].filter((verb) => verb in value).length === 1;
}

// One actor per name, and the steps in order of time.
function areOfOneEach(steps: Step[]): boolean {
  const names = steps.flatMap((step) => ('ask' in step ? step.ask : []));
  const times = steps.map(({ at }) => at);
  return new Set(names).size === names.length && times.every((at, index) => at >= (times[index - 1] ?? 0));
}

function fits(value: unknown, fields: Record<string, Check>): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([name, field]) => Object.hasOwn(fields, name) && fields[name]?.(field) === true);
}

function oneOf(...values: unknown[]): Check {
  return (value) => values.includes(value);
}

function isWhole(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}
