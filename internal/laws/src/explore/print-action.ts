import { type Action, isGuarded, type Program, signalsOf, wordsOf } from './program.ts';

/** More than any program takes. */
const TOO_MANY = 99;

/** The code of some actions. An action whose request or signal was removed has none. */
export function printActions(program: Program, actions: readonly Action[]): string {
  return actions.map((action) => printAction(program, action)).join(' ');
}

function printAction(program: Program, action: Action): string {
  const [verb, id] = wordsOf(action);
  const request = program.requests[id];
  if (verb === 'throw') return "throw new Error('thrown');";
  if (['ask', 'release', 'again', 'downgrade', 'expire'].includes(verb) && !request) return '';
  if (verb === 'abort' && !signalsOf(program).includes(Number(id))) return '';
  const code: Record<string, string> = {
    ask: `ask${id}()`,
    release: request && isGuarded(request) ? `guard${id}.release()` : printUnlock(program, request?.permits),
    again: `guard${id}.release()`,
    downgrade: `guard${id} = guard${id}.downgrade()`,
    abort: `signal${id}.abort(new Error('abort ${id}'))`,
    expire: 'vi.advanceTimersByTime(1000)',
    cancel: 'it.cancel()',
    over: program.primitive === 'asemaphore' ? "it.p('over')" : printUnlock(program, TOO_MANY),
    capacity: `it.capacity = ${id}`,
    set: `it.set('${id}')`,
    v: `it.v(${id})`,
    p: `it.p('${id}')`,
  };
  return `attempt('${action}', () => { ${code[verb]}; });`;
}

function printUnlock({ primitive }: Program, permits: number | undefined): string {
  return primitive === 'semaphore' ? `it.release(${permits ?? ''})` : 'it.unlock()';
}
