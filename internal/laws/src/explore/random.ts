import fc from 'fast-check';
import { comparePath } from './compare.ts';
import { explain } from './explain.ts';
import type { Action, Primitive, Program, Request } from './program.ts';
import type { Library } from './real-subject.ts';

const ids = ['A', 'B', 'C', 'D', 'E'];

/** Actions that only one primitive has. */
const verbs: Record<Primitive, Action[]> = {
  mutex: ['over', 'again A'],
  semaphore: ['over', 'again A', 'capacity 0', 'capacity 1', 'capacity 2', 'capacity 3'],
  rwlock: ['over', 'again A'],
  barrier: ['set a', 'set b', 'set c'],
  asemaphore: ['v 1', 'v 2', 'p x', 'p y', 'over'],
};

function actionOf(primitive: Primitive): fc.Arbitrary<Action> {
  const common = primitive === 'asemaphore' ? [] : ['cancel', 'abort 0', 'abort 1', ...ids.map((id) => `ask ${id}`)];
  const holds = primitive === 'barrier' || primitive === 'asemaphore' ? [] : ids.map((id) => `release ${id}`);
  const timers = ids.map((id) => `expire ${id}`);
  return fc.constantFrom(...common, ...holds, ...timers, ...verbs[primitive]);
}

function requestOf(primitive: Primitive): fc.Arbitrary<Request> {
  const script = fc.array(fc.oneof({ weight: 5, arbitrary: actionOf(primitive) }, fc.constant('throw')), {
    maxLength: 2,
  });
  const common = {
    signal: fc.constantFrom(0, 1),
    patience: fc.constantFrom('timed', 'impatient'),
    onGrant: script,
    onRefusal: script,
  } as const;
  const priority = fc.integer({ min: -1, max: 1 });
  const form = fc.constantFrom('callback', 'callback', 'try', 'tryGuard');
  const kind = fc.constantFrom('read', 'write');
  const condition = fc.constantFrom('a', ['a', 'b'], /b/g, (ticket: unknown) => ticket === 'c');
  const own = {
    mutex: { form, priority },
    semaphore: { form, priority, permits: fc.constantFrom(1, 2) },
    rwlock: { form, priority, kind },
    barrier: { condition },
    asemaphore: {},
  }[primitive] as Record<string, fc.Arbitrary<never>>;
  const requiredKeys = primitive === 'barrier' ? (['condition'] as const) : [];
  return fc.record({ ...common, ...own }, { requiredKeys: requiredKeys as never[] }) as fc.Arbitrary<Request>;
}

function programOf(primitive: Primitive): fc.Arbitrary<Program> {
  const request = primitive === 'asemaphore' ? fc.constant(undefined) : requestOf(primitive);
  const script = fc.array(actionOf(primitive), { maxLength: 2 });
  const listener = fc.record({
    signal: fc.constantFrom(0, 1),
    does: script,
    stops: fc.boolean(),
  });
  const program = fc.record({
    name: fc.constant('random'),
    primitive: fc.constant(primitive),
    capacity: fc.constantFrom(...(primitive === 'asemaphore' ? [0, 1, 2] : [2, 3])),
    policy: fc.constantFrom('fair' as const, 'readers' as const),
    requests: fc
      .tuple(...ids.map(() => request))
      .map((all) => Object.fromEntries(ids.flatMap((id, index) => (all[index] ? [[id, all[index]]] : [])))),
    listeners: fc.array(listener, { maxLength: 2 }),
    fire: fc.array(script, { maxLength: 3 }),
  });
  // With two lines, it is not specified which aborted waiters have been notified when a listener looks.
  return program.map((each) =>
    each.policy === 'readers' && primitive === 'rwlock' ? { ...each, listeners: [] } : each,
  );
}

/**
 * Random programs, whose callbacks act too, along random paths: the real primitive does what the model does.
 *
 * @param numRuns - how many
 */
export function agreesWithModel(primitive: Primitive, library: Library, numRuns: number): void {
  const path = fc.array(actionOf(primitive), { minLength: 1, maxLength: 24 });
  fc.assert(
    fc.property(programOf(primitive), path, (program, actions) => {
      const difference = comparePath(program, library, actions);
      if (difference) throw new Error(explain(program, difference, library));
    }),
    { numRuns, includeErrorInReport: true },
  );
}
