// What each part of a lock weighs: how many bytes an import is smaller without it.
//
//   node --conditions=@valvekit/source internal/bench/src/parts.ts     prints results/parts.md
//
// The parts are left out of the sources by the edits below. They share what brotli finds in common, so the bytes do not
// add up.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { partsOfKeyedLocks, partsOfSeveral, partsOfTabLocks } from './parts-beside.ts';
import { partsOfWatch } from './parts-of-watch.ts';
import { bundleBytes } from './sizes.ts';

const shortNames = Object.keys(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../build/mangle.json'), 'utf8')) as object,
);

/** A file below packages, what to find there, and what to put in its place. */
export type Edit = readonly [file: string, text: string | RegExp, replacement: string];

export interface Part {
  readonly name: string;
  readonly edits: readonly Edit[];
}

const line = 'core/src/line/waiter-queue.ts';
const waiter = 'core/src/line/waiter.ts';
const mutex = 'mutex/src/mutex.ts';
const semaphore = 'semaphore/src/semaphore.ts';
const hold = 'core/src/asking/hold.ts';
const locks = [mutex, semaphore, 'rwlock/src/rwlock.ts', 'barrier/src/barrier.ts', 'asemaphore/src/asemaphore.ts'];

const member = (name: string): RegExp =>
  new RegExp(`\\n {2}\\/\\*\\* @internal \\*\\/\\n {2}\\[${name}\\][\\s\\S]*?\\n {2}\\}\\n`);
const inAll = (files: readonly string[], text: string | RegExp, replacement: string): Edit[] =>
  files.map((file) => [file, text, replacement]);

export const parts: readonly Part[] = [
  {
    name: 'signals',
    edits: [
      [waiter, / {6}if \(signal !== undefined\) this\.membership[^\n]*\n/, ''],
      [waiter, '    this.membership?.leave();\n    this.membership = undefined;\n', ''],
      [waiter, 'return abortedOnly(this.membership?.signal);', 'return undefined;'],
      [line, 'if (signal?.aborted) throw reasonOf(signal);', ''],
      ['core/src/contract/options.ts', / {2}requireThat\(signal [^\n]*\n/, ''],
    ],
  },
  {
    name: '– one listener for all waiters of a signal',
    edits: [
      [waiter, 'new Membership(this, signal);', "signal.addEventListener('abort', this.form as never) as never;"],
      [waiter, 'this.membership?.leave();', "this.signal?.removeEventListener('abort', this.form as never);"],
    ],
  },
  {
    name: 'timeouts',
    edits: [
      [waiter, / {6}if \(timeout !== Infinity\)[^\n]*\n/, ''],
      [waiter, /function startTimer[\s\S]*?\n\}\n/, ''],
      [waiter, /function timeUp[\s\S]*?\n\}\n/, ''],
      [waiter, / {4}if \(timer !== undefined\) \{[\s\S]*?\n {4}\}\n/, ''],
      [line, 'if (timeout <= 0) throw timeoutError(this.owner, verb.name, timeout);', ''],
    ],
  },
  {
    name: '– those beyond 2³¹ ms',
    edits: [
      [waiter, / {2}if \(remaining > 0\) \{[\s\S]*?\n {2}\}\n/, ''],
      [waiter, 'Math.min(remaining, LONGEST_TIMER)', 'timeout'],
      [waiter, ', remaining - LONGEST_TIMER', ''],
    ],
  },
  {
    name: 'priorities',
    edits: [
      [
        'core/src/contract/options.ts',
        / {2}const \{ priority = 0 \}[\s\S]*?return readGiveUpOptions\(options, priority\);/,
        '  return readGiveUpOptions(options);',
      ],
      [line, 'this.lanes ??= [[]];', 'this.lanes ??= new Link() as never;'],
      [line, 'laneFor(this.lanes, waiter.verb.rank, priority)', 'this.lanes as never'],
      [line, 'if (isAlone(neighbor)) closeLane(this.lanes as Lanes, neighbor as Lane);', ''],
      [line, 'import { append, isAlone, unlink }', 'import { Link, append, unlink }'],
      [line, /const isBehind = [^\n]*/, 'const isBehind = this.#size > 0;'],
      [line, 'firstLane(this.lanes).next', '(this.lanes as never as Link).next'],
      [
        'core/src/line/waiters-of.ts',
        / {2}for \(const lane[\s\S]*?\n {2}\}\n/,
        '  for (let link = line.lanes.next; link !== line.lanes; link = link.next) waiters.push(link);\n',
      ],
    ],
  },
  {
    name: 'guards',
    edits: [
      [hold, /export class Hold[\s\S]*$/, 'export class Hold {}'],
      ['core/src/asking/acquire.ts', / {2}return enter\([\s\S]*?;\n/, ''],
      ['core/src/asking/acquire.ts', / {2}return line\.tryAdmit[\s\S]*?;\n/, ''],
    ],
  },
  {
    name: '– Symbol.dispose defined late',
    edits: [[hold, / {4}const dispose = [\s\S]*?\n {2}\}/, '}']],
  },
  {
    name: 'sandbox',
    edits: [['core/src/asking/sandbox.ts', / {2}return enter\([\s\S]*?;\n/, '']],
  },
  {
    name: '– its path for a free lock (speed)',
    edits: [
      [
        'core/src/asking/sandbox.ts',
        / {2}let result: unknown;\n {2}try \{\n {4}result = fn\(\);[\s\S]*?return result;/,
        '  return new Promise((resolve, reject) => runInTurn({ line, request, fn, resolve, reject }));',
      ],
    ],
  },
  {
    name: 'callbacks',
    edits: [
      [
        'core/src/asking/callback.ts',
        / {2}if \(typeof callbackOrOptions !== 'function'\) \{[\s\S]*?\n\}\n/,
        '  return promiseForm(line, verb, subject, callbackOrOptions);\n}\n',
      ],
    ],
  },
  {
    name: 'async context',
    edits: [
      [
        'core/src/runtime/async-context.ts',
        / {2}captureAll \?\?= [\s\S]*?return captureAll\(\);\n/,
        '  return undefined;\n',
      ],
    ],
  },
  {
    name: '– zone.js',
    edits: [
      ['core/src/runtime/async-context.ts', '[findSnapshot, findZone, findResource]', '[findSnapshot, findResource]'],
      ['core/src/runtime/async-context.ts', 'capture(captureInner())', 'capture(undefined)'],
    ],
  },
  {
    name: '– AsyncContext.Snapshot',
    edits: [
      ['core/src/runtime/async-context.ts', '[findSnapshot, findZone, findResource]', '[findZone, findResource]'],
    ],
  },
  {
    name: 'names',
    edits: [
      ['core/src/contract/name.ts', / {2}requireOptions\(options\);[\s\S]*?return name;/, '  return undefined;'],
      ['core/src/contract/name.ts', /name === undefined \? kind : `[^`]*`/, 'kind'],
    ],
  },
  {
    name: 'checks of options, and their messages',
    edits: [
      ['core/src/contract/options.ts', / {2}requireThat\(typeof timeout[^\n]*\n/, ''],
      ['core/src/contract/options.ts', / {2}requireThat\(signal [^\n]*\n/, ''],
      ['core/src/contract/options.ts', / {2}requireThat\(Number\.isF[^\n]*\n/, ''],
      ['core/src/contract/options.ts', 'requireOptions(options);', ''],
    ],
  },
  {
    name: 'showing a bad value',
    edits: [
      [
        'core/src/contract/arguments.ts',
        / {2}if \(typeof value === 'string'\)[\s\S]*?String\(value\);/,
        '  return String(value);',
      ],
    ],
  },
  {
    name: 'inspection',
    edits: [...inAll(locks, member('inspection'), '\n'), [hold, member('inspection'), '\n']],
  },
  {
    name: 'several locks at once (what a lock has for it)',
    edits: inAll([mutex, semaphore], member('entrance'), '\n'),
  },
  {
    name: 'aborted counts before its listener runs',
    edits: [
      [
        line,
        / {4}const isAdmitted = this\.admitNow\(request, verb, priority\);\n {4}const before[\s\S]*?return isAdmittedNow;/,
        '    return this.admitNow(request, verb, priority);',
      ],
      [line, '    this.drain();\n    // Otherwise', '    // Otherwise'],
    ],
  },
  {
    name: 'user code that runs while a wait begins to listen',
    edits: [[line, / {4}if \(waiter\.abortedSignal[^\n]*\n/, '']],
  },
  {
    name: 'delivery: nesting depth',
    edits: [
      ['core/src/runtime/delivery.ts', ' || depth === DEPTH_LIMIT', ''],
      [
        'core/src/runtime/delivery.ts',
        / {2}depth\+\+;\n {2}try \{\n {4}runAll\(posted\);[\s\S]*?\n {2}\}\n/,
        '  runAll(posted);\n',
      ],
    ],
  },
  {
    name: 'reporting that fake timers cannot swallow',
    edits: [
      [
        'core/src/runtime/report.ts',
        / {2}try \{\n {4}reportError\(error\);[\s\S]*?\n {2}\}\n\}/,
        '  reportError(error);\n}',
      ],
    ],
  },
  {
    name: 'one promise executor for all (speed)',
    edits: [
      [
        'core/src/runtime/settlers.ts',
        / {2}latest = settlers;[\s\S]*?return promise;\n/,
        '  return new Promise((resolve, reject) => Object.assign(settlers, { resolve, reject }));\n',
      ],
    ],
  },
];

const FROM = "from 'valvekit'";
const MUTEX = `export { Mutex } ${FROM};`;
const FIVE = 'Mutex, Semaphore, ReadWriteLock, Barrier, ASemaphore';

/** A table: a column for each import, a row for each part. */
interface Table {
  readonly heading: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly parts: readonly Part[];
}

const tables: readonly Table[] = [
  {
    heading: '',
    columns: {
      ...Object.fromEntries(FIVE.split(', ').map((name) => [name, `export { ${name} } ${FROM}`])),
      'the five': `export { ${FIVE} } ${FROM}`,
    },
    parts,
  },
  ...[
    { name: 'KeyedLocks', program: `export { KeyedLocks } ${FROM}`, parts: partsOfKeyedLocks },
    { name: 'acquireAll and sandboxAll', program: `export { acquireAll, sandboxAll } ${FROM}`, parts: partsOfSeveral },
    { name: 'TabLocks', program: "export { TabLocks } from '@valvekit/tabs'", parts: partsOfTabLocks },
    { name: 'watch', program: "export { watch } from '@valvekit/inspect'", parts: partsOfWatch },
  ].map(({ name, program, parts }) => ({
    heading: `## ${name}`,
    columns: { [`${name} and Mutex`]: `${MUTEX} ${program}` },
    parts,
  })),
];

/** Bytes of an import: bundled for a browser from the sources, with the names that the build shortens. */
function bytes(program: string, edits: readonly Edit[], target = 'esnext'): Promise<number> {
  return bundleBytes({
    stdin: { contents: program, resolveDir: import.meta.dirname },
    format: 'esm',
    target,
    conditions: ['@valvekit/source'],
    mangleProps: new RegExp(`^(?:${shortNames.join('|')})$`),
    plugins: [edited(edits), forBrowsers],
  });
}

/** The text of a source file after the edits that concern it. */
export function apply(path: string, text: string, edits: readonly Edit[]): string {
  return edits.reduce(
    (edited, [file, from, to]) => (path.endsWith(join('packages', file)) ? edited.replace(from, to) : edited),
    text,
  );
}

function edited(edits: readonly Edit[]): Plugin {
  return {
    name: 'edits',
    setup({ onLoad }) {
      onLoad({ filter: /packages.*\.ts$/ }, async ({ path }) => {
        return { contents: apply(path, await readFile(path, 'utf8'), edits), loader: 'ts' };
      });
    },
  };
}

const forBrowsers: Plugin = {
  name: 'for browsers',
  setup({ onResolve }) {
    onResolve({ filter: /async-resource\.ts$/ }, ({ resolveDir }) => {
      return { path: join(resolveDir, 'async-resource.browser.ts') };
    });
  },
};

async function print({ heading, columns, parts }: Table, mutex: number): Promise<string> {
  const programs = Object.values(columns);
  const whole = await Promise.all(programs.map((program) => bytes(program, [])));
  const older = await Promise.all(programs.map((program) => bytes(program, [], 'es2021')));
  const rows = [];
  for (const { name, edits } of parts) {
    const without = await Promise.all(programs.map((program) => bytes(program, edits)));
    rows.push([name, ...without.map((size, column) => `${(whole[column] ?? 0) - size}`)]);
  }
  const head = ['without', ...Object.keys(columns)];
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    ...(heading === '' ? [] : [heading, '']),
    line(head),
    line(head.map((_, column) => (column === 0 ? '---' : '---:'))),
    line(['**everything**', ...whole]),
    line(['**everything, compiled to ES2021**', ...older]),
    ...(heading === '' ? [] : [line(['**everything beside a Mutex**', ...whole.map((size) => size - mutex)])]),
    ...rows.map(line),
  ].join('\n');
}

/** All tables. */
async function page(): Promise<string> {
  const mutex = await bytes(MUTEX, []);
  const printed = [];
  for (const table of tables) printed.push(await print(table, mutex));
  return [
    '# What each part of a lock weighs',
    '',
    '<!-- node --conditions=@valvekit/source internal/bench/src/parts.ts > internal/bench/results/parts.md -->',
    '',
    'How many bytes an import is smaller without one part: bundled for browsers, minified, compressed with brotli. The parts',
    'share what brotli finds in common, so the bytes do not add up. In ES2021, private fields are WeakMaps.',
    '',
    printed.join('\n\n'),
  ].join('\n');
}

if (import.meta.main) console.log(await page());
