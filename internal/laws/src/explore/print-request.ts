import { printActions } from './print-action.ts';
import type { Action, Primitive, Program, Request } from './program.ts';

/** The code of a function that makes a request. */
export function printRequest(program: Program, id: string, path: readonly Action[]): string {
  const request = program.requests[id] ?? {};
  const { form = 'callback', kind = 'read', condition, permits, onGrant = [], onRefusal = [] } = request;
  const arity = permits ?? '';
  if (form === 'try') {
    const then = onGrant.length > 0 ? ` if (got) { ${printActions(program, onGrant)} }` : '';
    return `const ask${id} = () => { const got = it.${tryOf(program, kind)}(${arity}); note(\`${id} \${got}\`);${then} };`;
  }
  if (form === 'tryGuard') {
    const side = program.primitive === 'rwlock' ? `it.${kind}` : 'it';
    const body = `guard${id} = ${side}.tryAcquire(${arity}); note(\`${id} \${guard${id} !== undefined}\`);`;
    return `let guard${id}: any; const ask${id} = () => { ${body} };`;
  }
  const body = [
    `note(\`${id} \${error ? refusal(error) : 'granted'}\`);`,
    onRefusal.length > 0 ? `if (error) { ${printActions(program, onRefusal)} }` : '',
    onGrant.length > 0 ? `if (!error) { ${printActions(program, onGrant)} }` : '',
  ];
  const given = [
    ...(condition === undefined ? [] : [printCondition(condition)]),
    `(error?: unknown) => { ${body.filter(Boolean).join(' ')} }`,
    ...printOptions(id, request, path),
  ];
  return `const ask${id} = () => it.${verbOf(program, kind)}(${given.join(', ')});`;
}

function printOptions(id: string, request: Request, path: readonly Action[]): string[] {
  const { permits, priority, signal, patience } = request;
  const timeout = patience === 'impatient' ? 0 : secondsUntilExpiry(id, path) * 1000;
  const options = Object.entries({
    ...(patience && { timeout }),
    ...(signal !== undefined && { signal: `signal${signal}.signal` }),
    ...(permits !== undefined && { permits }),
    ...(priority !== undefined && { priority }),
  });
  return options.length > 0 ? [`{ ${options.map(([key, value]) => `${key}: ${value}`).join(', ')} }`] : [];
}

/** One second passes in each action that fires a timer. */
function secondsUntilExpiry(id: string, path: readonly Action[]): number {
  const end = path.indexOf(`expire ${id}`);
  const wait = path.slice(Math.max(0, path.indexOf(`ask ${id}`)), end + 1);
  return end < 0 ? 1000 : wait.filter((action) => action.startsWith('expire ')).length;
}

function printCondition(condition: unknown): string {
  return typeof condition === 'string' || Array.isArray(condition) ? JSON.stringify(condition) : String(condition);
}

function verbOf({ primitive }: Program, kind: string): string {
  return { mutex: 'lock', semaphore: 'take', rwlock: `${kind}Lock`, barrier: 'wait', asemaphore: 'wait' }[
    primitive as Primitive
  ];
}

function tryOf({ primitive }: Program, kind: string): string {
  if (primitive === 'mutex') return 'tryLock';
  return primitive === 'semaphore' ? 'tryTake' : `try${kind === 'read' ? 'Read' : 'Write'}Lock`;
}
