// What each part of `watch` weighs: the edits that leave it out of the sources. `parts.ts` prints the table.
import type { Part } from './parts.ts';

const asking = 'inspect/src/asking.ts';
const bare = 'inspect/src/bare.ts';
const graph = 'inspect/src/graph.ts';
const guard = 'inspect/src/guard.ts';
const ledger = 'inspect/src/ledger.ts';
const place = 'inspect/src/place.ts';
const report = 'inspect/src/report.ts';
const seat = 'inspect/src/seat.ts';
const settings = 'inspect/src/settings.ts';
const verbs = 'inspect/src/verbs.ts';
const watch = 'inspect/src/watch.ts';

const each: readonly Part[] = [
  {
    name: 'deadlock reports',
    edits: [
      [ledger, 'void settled.then(() => reportDeadlock(request));', ''],
      [ledger, /const settled[^\n]*\n/, ''],
      [ledger, / {2}for \(let \{ task \} = request; task !== undefined; task = task.parent\) \{[\s\S]*?\n {2}\}\n/, ''],
      [ledger, / {2}for \(let \{ task \} = request; task[^\n]*delete\(first\);\n/, ''],
      [ledger, / {2}if \(task\?\.waits\?\.size\)[^\n]*\n/, ''],
      [graph, / {2}get capacity\(\)[\s\S]*?\n {2}\}\n/, ''],
      [graph, / {2}ahead\([\s\S]*?\n {2}\}\n/, ''],
    ],
  },
  {
    name: '– what waits ahead of a request',
    edits: [
      [graph, / {4}for \(let link: Link \| undefined = lane;[\s\S]*?\n {4}\}\n/, ''],
      [graph, / {4}while \(lane\.priority < priority\)[^\n]*\n/, ''],
      [graph, 'if (lane.priority !== priority)', 'if (isAlone(this.#lanes))'],
    ],
  },
  {
    name: '– numbers of tasks, one for each chain',
    edits: [
      [graph, 'this.parent?.take() ?? ++tasks', '++tasks'],
      [graph, / {2}take\(\)[\s\S]*?\n {2}\}\n/, ''],
      [graph, / {2}end\(\)[\s\S]*?\n {2}\}\n/, ''],
      [graph, 'this.#free = this.number;', ''],
      [ledger, 'if (isSandbox) task?.end();', ''],
    ],
  },
  {
    name: 'slow waits and holds',
    edits: [
      [ledger, / {2}const slow = [\s\S]*?\n {2}\}\n/, ''],
      [ledger, /function reportSlow[\s\S]*?\n\}\n/, ''],
      [ledger, 'if (timer !== undefined) clearTimeout(timer);', ''],
      [settings, / {4}wait: readTime[^\n]*\n {4}hold: readTime[^\n]*\n/, ''],
      [settings, 'const { wait, hold } = slow;', ''],
      [settings, / {2}requireThat\(isObject\(slow\)[^\n]*\n/, ''],
    ],
  },
  {
    name: 'lost guards',
    edits: [
      [guard, /const lost = [\s\S]*?;\n/, ''],
      [guard, 'lost.register(guard, request, request);', ''],
      [guard, 'lost.unregister(request);', ''],
    ],
  },
  {
    name: 'stacks',
    edits: [
      [asking, / {2}request\.stack = stackAbove[^\n]*\n/, ''],
      [
        asking,
        /^export function stackAbove[\s\S]*?\n\}\n/m,
        'export function stackAbove(..._: unknown[]): undefined {}\n',
      ],
      [asking, /function linesOf[\s\S]*?\n\}\n/, ''],
      [settings, / {2}requireThat\(typeof stacks[^\n]*\n/, ''],
    ],
  },
  {
    name: 'the text of reports',
    edits: [[report, /const text = [^\n]*/, 'const text = kind;']],
  },
  {
    name: 'the option `name`',
    edits: [
      [seat, / {2}if \(typeof name === 'string'\)[^\n]*\n/, ''],
      [seat, 'String(attempt(() => name?.(lock)) ?? looksOf(lock, label).label)', 'looksOf(lock, label).label'],
      [settings, / {2}requireThat\(name == null[^\n]*\n/, ''],
    ],
  },
  {
    name: 'checks of arguments, and their messages',
    edits: [
      [settings, / {2}requireThat\([^\n]*\n/g, ''],
      [settings, / {2}requireFunction\([^\n]*\n/g, ''],
      [watch, / {2}requireThat\([^\n]*\n/g, ''],
    ],
  },
  {
    name: '`map`, `stream` and requests for several locks',
    edits: [[verbs, '[entrance]: entering,', '']],
  },
  {
    name: 'the bare layer',
    edits: [
      [
        verbs,
        /^ {2}(?:lock|tryLock|readLock|tryReadLock|writeLock|tryWriteLock|unlock|take|tryTake|release): [^\n]*\n/gm,
        '',
      ],
      [verbs, /^const (?:bare|read|write) = [^\n]*\n/gm, ''],
    ],
  },
  {
    name: 'holds from before the watch',
    edits: [
      [watch, / {2}holdFromBefore\([^\n]*\n/, ''],
      [bare, / {2}addBefore\([^\n]*\n/, ''],
      [ledger, /^export function addBefore[\s\S]*?\n\}\n/m, 'export function addBefore(..._: unknown[]): void {}\n'],
      [bare, "if (before?.stage === 'hold') yield before;", ''],
    ],
  },
  {
    name: 'upgrades and downgrades',
    edits: [[guard, / {2}wrap\(guard, 'downgrade'[\s\S]*?(?=\n {2}function over)/, '']],
  },
  {
    name: 'families and their keys',
    edits: [
      [verbs, /^ {2}(?:mutex|semaphore|readWriteLock): [^\n]*\n/gm, ''],
      [seat, /function show[\s\S]*?\n\}\n/, 'const show = String;\n'],
    ],
  },
  {
    name: 'sides of read/write locks, as they are handed out',
    edits: [
      [verbs, /^ {2}(?:read|write|upgradable): side[^\n]*\n/gm, ''],
      [watch, / {2}seatSides\([^\n]*\n/, ''],
    ],
  },
  {
    name: 'Barrier and ASemaphore',
    edits: [[verbs, /^ {2}wait: [^\n]*\n/m, '']],
  },
  {
    name: 'putting everything back',
    edits: [
      [place, / {2}place\.undos\.push\(\(\) => \{[\s\S]*?\n {2}\}\);\n/, ''],
      [place, /^export function endUse[\s\S]*?\n\}\n/m, 'export function endUse(_: Place): void {}\n'],
    ],
  },
  {
    name: 'permits and priorities, as a lock reads its options',
    edits: [
      [asking, / {2}if \(!isObject\(options\)\) return;\n {2}args\[args\.length - 1\] = [\s\S]*?\n {2}\}\);\n/, ''],
    ],
  },
  {
    name: 'leaving calls alone that a method makes of its own lock',
    edits: [[place, ' || isInner(this)', '']],
  },
];

/** The parts of `watch`: what it promises, each with what nothing else needs. */
export const partsOfWatch: readonly Part[] = [
  ...each,
  { name: '**all of these**', edits: each.flatMap(({ edits }) => edits) },
];
