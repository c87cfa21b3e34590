/**
 * One thing that happens: `ask A`, `release A`, `again A` (a spent guard once more), `downgrade A`, `expire A`,
 * `abort 0`, `cancel`, `over` (gives back what nobody holds), `throw` (in a callback), and what one primitive alone
 * can do: `capacity 2`, `set a`, `v`, `p x`.
 */
export type Action = string;

/** Somebody who asks once. */
export interface Request {
  kind?: 'read' | 'write' | 'upgradable';
  /** How it asks; default `callback`. The last four resolve later, and belong to the exploration by microtasks. */
  form?: 'callback' | 'try' | 'tryGuard' | 'promise' | 'acquire' | 'sandbox' | 'upgrade';
  permits?: number;
  priority?: number;
  signal?: number;
  /** `timed`: its timer may fire; `impatient`: it waits not at all. */
  patience?: 'timed' | 'impatient';
  /** What a barrier's waiter waits for. */
  condition?: string | string[] | RegExp | ((ticket: unknown) => boolean);
  /** The guard that is upgraded. */
  of?: string;
  /** Asks only from inside the callbacks of others. */
  isInner?: boolean;
  onGrant?: Action[];
  onRefusal?: Action[];
}

/** A small program around one primitive, all of whose orders are tried. */
export interface Program {
  name: string;
  primitive: 'mutex' | 'semaphore' | 'rwlock' | 'barrier' | 'asemaphore';
  capacity?: number;
  policy?: 'fair' | 'readers';
  ticket?: string;
  /** What of the state is compared, for a primitive that shows less than the model; default all of it. */
  shows?: string[];
  requests: Record<string, Request>;
  /** Abort listeners that run before the primitive's own, and may keep it from running. */
  listeners?: { signal: number; does?: Action[]; stops?: boolean }[];
  /** What else may happen, each of them once. */
  extras?: Action[];
  /** What the function of an ASemaphore does, firing by firing. */
  fire?: Action[][];
}

const words: Map<Action, [verb: string, object: string]> = new Map();

/** The verb of an action, and what it is done to. */
export function wordsOf(action: Action): [verb: string, object: string] {
  let pair = words.get(action);
  if (!pair) {
    const [verb = '', object = ''] = action.split(' ');
    pair = [verb, object];
    words.set(action, pair);
  }
  return pair;
}

const possible: WeakMap<Program, Action[]> = new WeakMap();

/** All that may happen from outside at some time, apart from the extras. */
export function possibleActions(program: Program): Action[] {
  let actions = possible.get(program);
  if (!actions) {
    const requests = Object.entries(program.requests);
    actions = requests.flatMap(([id, { isInner, patience }]) => [
      ...(isInner ? [] : [`ask ${id}`]),
      `release ${id}`,
      ...(patience === 'timed' ? [`expire ${id}`] : []),
    ]);
    actions.push(...signalsOf(program).map((signal) => `abort ${signal}`));
    possible.set(program, actions);
  }
  return actions;
}

/** The signals that a program uses. */
export function signalsOf(program: Program): number[] {
  const { requests, listeners = [] } = program;
  const numbers = [...Object.values(requests), ...listeners].map(({ signal }) => signal);
  return [...new Set(numbers)].filter((signal) => signal !== undefined);
}

/** The time limit of a request, which its timer is known by. */
export function timeoutOf(program: Program, id: string): number {
  return 1000 + Object.keys(program.requests).indexOf(id);
}

/** Whether it hears of its outcome by a promise, so that a bad argument is one, too. */
export function isPromised({ form = 'callback' }: Request): boolean {
  return form === 'promise' || form === 'acquire' || form === 'sandbox' || form === 'upgrade';
}

export function isGuarded({ form = 'callback' }: Request): boolean {
  return form === 'tryGuard' || form === 'acquire' || form === 'sandbox' || form === 'upgrade';
}
