import { printActions } from './print-action.ts';
import { printRequest } from './print-request.ts';
import { type Primitive, type Program, signalsOf } from './program.ts';
import type { Case } from './shrink.ts';

const makers = {
  mutex: () => 'createMutex()',
  semaphore: ({ capacity = 1 }: Program) => `createSemaphore(${capacity})`,
  rwlock: ({ policy }: Program) => `createReadWriteLock(${policy ? `{ policy: '${policy}' }` : ''})`,
  barrier: ({ ticket }: Program) => `createBarrier<unknown>(${ticket ? `'${ticket}'` : ''})`,
  asemaphore: ({ capacity = 0 }: Program) => `createASemaphore(${capacity}, fire)`,
};

const views = {
  mutex: ['isLocked', 'waiting'],
  semaphore: ['available', 'capacity', 'waiting'],
  rwlock: ['isLocked', 'readers', 'waiting', 'waitingReaders', 'waitingWriters'],
  barrier: ['get()', 'waiting'],
  asemaphore: ['count', 'waiting'],
};

/** A failing case as a test to paste into a file. It expects what the model logs. */
export function print({ program, path }: Case, expected: string[]): string {
  const isTimed = path.some((action) => action.startsWith('expire '));
  const view = views[program.primitive as Primitive]
    .map((name) => `${name.replace('()', '')}=\${it.${name}}`)
    .join(' ');
  const body = [
    ...(isTimed ? ['vi.useFakeTimers();'] : []),
    'const log: string[] = [];',
    ...(program.primitive === 'asemaphore' ? printFire(program) : []),
    `const it = ${makers[program.primitive as Primitive](program)};`,
    `const note = (event: string) => log.push(\`\${event}: ${view}\`);`,
    ...(throws(program) ? ["vi.stubGlobal('reportError', (error: Error) => note('reported: ' + error.message));"] : []),
    'const nameOf = (error: any) => (error.name === "Error" ? error.message : error.name);',
    'const refusal = (error: any) => ({ TimeoutError: "timeout", AbortError: "cancel" })[error.name as string] ?? nameOf(error);',
    'const attempt = (action: string, run: () => unknown) => {',
    '  try { run(); } catch (error) { note(action + " throws " + nameOf(error)); }',
    '};',
    ...signalsOf(program).flatMap((signal) => printSignal(program, signal)),
    ...Object.keys(program.requests).map((id) => printRequest(program, id, path)),
    ...[...path, 'cancel'].map((action) => `${printActions(program, [action])} note('${action}');`),
    ...(isTimed ? ['vi.useRealTimers();'] : []),
    ...(throws(program) ? ['vi.unstubAllGlobals();'] : []),
    'expect(log).toEqual([',
    ...expected.map((line) => `  ${JSON.stringify(line.replace(/ timers=.*$/, ''))},`),
    ']);',
  ];
  return ["test('agrees with the model', () => {", ...body.map((line) => `  ${line}`), '});'].join('\n');
}

function throws({ requests, fire = [] }: Program): boolean {
  const scripts = Object.values(requests).flatMap(({ onGrant = [], onRefusal = [] }) => [onGrant, onRefusal]);
  return [...scripts, ...fire].some((script) => script.includes('throw'));
}

function printFire(program: Program): string[] {
  const scripts = (program.fire ?? []).map((script) => `() => { ${printActions(program, script)} }`);
  return [
    `const scripts = [${scripts.join(', ')}];`,
    'const fire = (args: unknown) => {',
    '  note("fires " + args); scripts.shift()?.(); note("fired " + args);',
    '};',
  ];
}

function printSignal(program: Program, signal: number): string[] {
  const listeners = program.listeners?.filter((listener) => listener.signal === signal) ?? [];
  return [
    `const signal${signal} = new AbortController();`,
    ...listeners.map(({ does = [], stops }) => {
      const stop = stops ? ' event.stopImmediatePropagation();' : '';
      const body = `${printActions(program, does)}${stop}`;
      return `signal${signal}.signal.addEventListener('abort', (event) => { ${body} });`;
    }),
  ];
}
