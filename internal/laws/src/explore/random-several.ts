import fc from 'fast-check';
import { comparePath } from './compare.ts';
import { explain } from './explain.ts';
import type { Action, Program, Request } from './program.ts';
import type { Library } from './real-subject.ts';

type Kind = 'several' | 'keyed';

const ids = ['A', 'B', 'C', 'D', 'E', 'F'];

const actions: Record<Kind, Action[]> = {
  several: [
    'cancelLock a',
    'cancelLock s',
    'cancelLock r',
    'capacity s=0',
    'capacity s=1',
    'capacity s=2',
    'capacity s=3',
  ],
  keyed: ['cancelLock a', 'cancelLock s', 'cancelLock r'],
};

function actionOf(kind: Kind): fc.Arbitrary<Action> {
  const each = ids.flatMap((id) => [`ask ${id}`, `ask ${id}`, `release ${id}`, `expire ${id}`, `again ${id}`]);
  return fc.constantFrom('abort 0', 'abort 1', ...each, ...actions[kind]);
}

const permits: Record<Kind, string[][]> = {
  several: [['s', 's*2', 's*3']],
  keyed: [['s@0', 's@0*2'], ['s@1'], ['s@2', 's@2*2'], ['s@3', 's@3*3']],
};

const sides: Record<Kind, string[]> = {
  several: ['r.read', 'r.write', 'r.upgradable'],
  keyed: ['r.read', 'r.write'],
};

/** What a request wants: a list without two sides of the read/write lock, and without two capacities. */
function wantsOf(kind: Kind): fc.Arbitrary<string[]> {
  return fc
    .tuple(fc.constantFrom(...sides[kind]), fc.constantFrom(...permits[kind]))
    .chain(([side, weights]) => fc.array(fc.constantFrom('a', 'b', side, ...weights), { maxLength: 3 }));
}

function requestOf(kind: Kind): fc.Arbitrary<Request> {
  const script = fc.array(actionOf(kind), { maxLength: 2 });
  const request = fc.record(
    {
      wants: wantsOf(kind),
      form: fc.constantFrom('acquire', 'acquire', 'inside', 'tryGuard', 'callback'),
      isSingle: fc.boolean(),
      priority: fc.integer({ min: -1, max: 1 }),
      signal: fc.constantFrom(0, 1),
      patience: fc.constantFrom('timed', 'impatient'),
      onGrant: script,
      onRefusal: script,
    },
    { requiredKeys: ['wants', 'form'] },
  ) as fc.Arbitrary<Request>;
  return request.map((each) => possible(kind, each));
}

/** Only single requests for plain locks have callbacks; the upgradable side has none, and a try of a semaphore takes one. */
function possible(kind: Kind, request: Request): Request {
  const { wants: [only = '', ...others] = [], isSingle, form } = request;
  const isAlone = isSingle === true && others.length === 0 && only !== '';
  const hasCallback = kind === 'several' && isAlone && only !== 'r.upgradable';
  return {
    ...request,
    form: form === 'callback' && !hasCallback ? 'acquire' : (form ?? 'acquire'),
    isSingle: isAlone && !(form === 'tryGuard' && only.includes('*')),
  };
}

function programOf(kind: Kind): fc.Arbitrary<Program> {
  const listener = fc.record({
    signal: fc.constantFrom(0, 1),
    does: fc.array(actionOf(kind), { maxLength: 2 }),
    stops: fc.boolean(),
  });
  return fc.record({
    name: fc.constant('random'),
    primitive: fc.constant(kind),
    locks: fc
      .constantFrom('fair', 'readers')
      .map((policy) => ['mutex a', 'mutex b', 'semaphore s 2', kind === 'several' ? `rwlock r ${policy}` : 'rwlock r']),
    requests: fc
      .tuple(...ids.map(() => requestOf(kind)))
      .map((all) => Object.fromEntries(ids.map((id, index) => [id, all[index] as Request]))),
    listeners: fc.array(listener, { maxLength: 2 }),
  });
}

/**
 * Random programs around several locks, or the locks of several keys, along random paths: they do what the model does.
 *
 * @param numRuns - how many
 */
export function agreesWithModelOfSeveral(kind: Kind, library: Library, numRuns: number): void {
  const path = fc.array(actionOf(kind), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(programOf(kind), path, (program, steps) => {
      const difference = comparePath(program, library, steps);
      if (difference) throw new Error(explain(program, difference, library));
    }),
    { numRuns, includeErrorInReport: true },
  );
}
