import type { Action, Program, Request } from './program.ts';

/** A program and a path through it. */
export interface Case {
  program: Program;
  path: Action[];
}

/** Removes whatever can be removed while the case still fails. */
export function shrink(start: Case, fails: (smaller: Case) => boolean): Case {
  let smallest = start;
  for (;;) {
    const smaller = [...smallerCases(smallest)].find(fails);
    if (!smaller) return smallest;
    smallest = smaller;
  }
}

function* smallerCases({ program, path }: Case): Generator<Case> {
  for (const shorter of without(path)) yield { program, path: shorter };
  const { requests, listeners = [], fire = [] } = program;
  for (const id of Object.keys(requests)) {
    const { [id]: request = {}, ...others } = requests;
    yield { program: { ...program, requests: others }, path };
    for (const simpler of simplerRequests(request)) {
      yield { program: { ...program, requests: { ...requests, [id]: simpler } }, path };
    }
  }
  for (const fewer of without(listeners)) yield { program: { ...program, listeners: fewer }, path };
  for (const [index, listener] of listeners.entries()) {
    for (const does of without(listener.does ?? [])) {
      yield { program: { ...program, listeners: replaced(listeners, index, { ...listener, does }) }, path };
    }
  }
  for (const [index, script] of fire.entries()) {
    for (const shorter of without(script))
      yield { program: { ...program, fire: replaced(fire, index, shorter) }, path };
  }
}

function* simplerRequests(request: Request): Generator<Request> {
  for (const key of ['permits', 'priority', 'signal', 'patience'] as const) {
    const { [key]: dropped, ...simpler } = request;
    if (dropped !== undefined) yield simpler;
  }
  for (const key of ['onGrant', 'onRefusal'] as const) {
    for (const shorter of without(request[key] ?? [])) yield { ...request, [key]: shorter };
  }
}

function* without<Item>(items: readonly Item[]): Generator<Item[]> {
  for (const index of items.keys()) yield items.filter((_, other) => other !== index);
}

function replaced<Item>(items: readonly Item[], index: number, item: Item): Item[] {
  return items.map((each, other) => (other === index ? item : each));
}
