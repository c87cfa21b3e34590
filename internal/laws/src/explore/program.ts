/**
 * One thing that happens: `ask A`, `release A`, `again A` (a spent guard once more), `downgrade A`, `expire A`,
 * `abort 0`, `cancel`, `over` (releases more than is held), `throw` (in a callback), and what only one primitive
 * has: `capacity 2`, `set a`, `v`, `p x`.
 */
export type Action = string;

/** One request. */
export interface Request {
  kind?: 'read' | 'write' | 'upgradable';
  /**
   * How it asks; default `callback`. From `promise` on they resolve later, and belong to the exploration by microtasks;
   * except for requests for several locks. `inside`: the hold ends with the function of a sandbox.
   */
  form?: 'callback' | 'try' | 'tryGuard' | 'promise' | 'acquire' | 'sandbox' | 'upgrade' | 'inside';
  permits?: number;
  /** What it wants of several locks, as `wants.ts` reads it. */
  wants?: string[];
  /** Whether it asks for the only lock that it wants by the methods of that lock. */
  isSingle?: boolean;
  priority?: number;
  signal?: number;
  /** `timed`: its timer may fire; `impatient`: it does not wait. */
  patience?: 'timed' | 'impatient';
  /** What a barrier's waiter waits for. */
  condition?: string | string[] | RegExp | ((ticket: unknown) => boolean);
  /** The guard that is upgraded. */
  of?: string;
  /** Made only in the callbacks of other requests. */
  isInner?: boolean;
  onGrant?: Action[];
  onRefusal?: Action[];
}

/** What a program is around, and print.ts can print. */
export type Primitive = 'mutex' | 'semaphore' | 'rwlock' | 'barrier' | 'asemaphore';

/** A small program around one primitive, or around several locks, of which every order is tried. */
export interface Program {
  name: string;
  primitive: Primitive | 'several' | 'keyed';
  /** Several locks, as `wants.ts` reads them. */
  locks?: readonly string[];
  capacity?: number;
  policy?: 'fair' | 'readers';
  ticket?: string;
  /** What of the state is compared, for a primitive that shows less than the model; default all of it. */
  shows?: string[];
  requests: Record<string, Request>;
  /** Abort listeners that run before the primitive's own, and may keep it from running. */
  listeners?: { signal: number; does?: Action[]; stops?: boolean }[];
  /** Further actions, each of which may happen once. */
  extras?: Action[];
  /** What the function of an ASemaphore does, each time it fires. */
  fire?: Action[][];
}

const words: Map<Action, [verb: string, object: string]> = new Map();

/** The verb of an action, and its object. */
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

/** Every action that may happen from outside at some time, except the extras. */
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

/** The timeout of a request, which identifies its timer. */
export function timeoutOf(program: Program, id: string): number {
  return 1000 + Object.keys(program.requests).indexOf(id);
}

/** Whether it hears of its outcome by a promise, so that a bad argument is one, too. */
export function isPromised({ form = 'callback' }: Request): boolean {
  return form === 'promise' || form === 'acquire' || form === 'sandbox' || form === 'upgrade';
}

export function isGuarded({ form = 'callback' }: Request): boolean {
  return form !== 'callback' && form !== 'try' && form !== 'promise';
}
