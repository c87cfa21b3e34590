import type { FaultProgram } from '../faults.ts';
import { type Program, type Request, wordsOf } from '../program.ts';

/** How a caller asks that may have to wait. */
export type ScopedForm = 'acquire' | 'sandbox';

/**
 * The same programs for locks that have the scoped layer alone, promises only, and no priorities. Every request asks by
 * this form, or tries. What callbacks would do is left out, since a promise tells later.
 */
export function scopedPrograms(programs: readonly Program[], form: ScopedForm): Program[] {
  return programs.filter(isPossible).map((program) => scoped(program, form));
}

/** The same for programs with faults. */
export function scopedFaults(faultPrograms: readonly FaultProgram[], form: ScopedForm): FaultProgram[] {
  return faultPrograms.map((faulty) => ({ ...faulty, program: scoped(faulty.program, form) }));
}

function isPossible({ policy, requests, extras = [] }: Program): boolean {
  const requested = Object.values(requests);
  return (
    policy !== 'readers' &&
    requested.every(({ kind, priority }) => kind !== 'upgradable' && priority === undefined) &&
    extras.every((action) => wordsOf(action)[0] !== 'downgrade')
  );
}

function scoped(program: Program, form: ScopedForm): Program {
  const { name, requests, listeners = [], extras = [] } = program;
  const ofListeners = listeners.flatMap(({ does = [] }) => does);
  const ofCallbacks = Object.values(requests).flatMap(({ onGrant = [], onRefusal = [] }) => [...onGrant, ...onRefusal]);
  // What a listener releases must be held by then, so it is taken by a try, which answers at once.
  const isTried = (id: string): boolean =>
    requests[id]?.form?.startsWith('try') || ofListeners.includes(`release ${id}`);
  const ids = Object.keys(requests).filter((id) => !ofCallbacks.includes(`ask ${id}`));
  return {
    ...program,
    name: `${name}, by ${form}`,
    requests: Object.fromEntries(ids.map((id) => [id, ask(requests[id] ?? {}, isTried(id) ? 'tryGuard' : form)])),
    extras: extras.filter((action) => wordsOf(action)[0] !== 'over'),
  };
}

function ask(
  { onGrant: _onGrant, onRefusal: _onRefusal, ...request }: Request,
  form: ScopedForm | 'tryGuard',
): Request {
  return { ...request, form };
}
