// What each part of `watch` weighs: the edits that leave it out of the sources. `parts.ts` prints the table.
import type { Part } from './parts.ts';

const bare = 'inspect/src/bare.ts';
const deadlock = 'inspect/src/deadlock.ts';
const graph = 'inspect/src/graph.ts';
const guard = 'inspect/src/guard.ts';
const ledger = 'inspect/src/ledger.ts';
const origin = 'inspect/src/origin.ts';
const report = 'inspect/src/report.ts';
const requesting = 'inspect/src/requesting.ts';
const settings = 'inspect/src/settings.ts';
const verbs = 'inspect/src/verbs.ts';
const watch = 'inspect/src/watch.ts';
const wrapping = 'inspect/src/wrapping.ts';

const each: readonly Part[] = [
  {
    name: 'deadlock reports',
    edits: [
      [ledger, /^function look[\s\S]*?\n\}\n/m, ''],
      [ledger, / {4}const \{ head \} = lock;\n/, ''],
      [ledger, / {4}if \(head === request\)[^\n]*\n/, ''],
      [ledger, / {4}for \(let around = task; [^\n]*\n/, ''],
      [ledger, / {4}for \(let around = task\?\.running; [\s\S]*?\n {4}\}\n {4}look\(request\);\n/, ''],
      [ledger, / {4}if \(task\?\.waits\?\.size\)[^\n]*\n/, ''],
      [graph, / {2}get capacity\(\)[\s\S]*?\n {2}\}\n/, ''],
      [graph, / {2}get head\(\)[\s\S]*?\n {2}\}\n/, ''],
    ],
  },
  {
    name: '– what waits ahead of a request',
    edits: [
      [graph, /this\.#lanes\.filter\([^\n]*\.length/, '0'],
      [graph, /if \(this\.#lanes\[below\]\?[^\n]*/, 'this.#lanes[below] ??= new Lane(priority);'],
      [deadlock, '[...holds, ...ahead]', '[...holds]'],
      [deadlock, / {2}const ahead = [^\n]*\n/, ''],
    ],
  },
  {
    name: '– numbers of tasks, one for each chain',
    edits: [
      [graph, 'parent === undefined || parent.#isContinued ? ++tasks : parent.number', '++tasks'],
      [graph, / {4}if \(parent !== undefined\) parent[^\n]*\n/, ''],
      [graph, / {4}const \{ number, parent \} = this;\n/, ''],
      [graph, / {4}if \(parent\?\.number === number\)[^\n]*\n/, ''],
      [graph, '#isContinued = false;', ''],
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
      [requesting, ', stackAbove(wrapper, lock)', ''],
      [
        requesting,
        /^export function stackAbove[\s\S]*?\n\}\n/m,
        'export function stackAbove(..._: unknown[]): undefined {}\n',
      ],
      [requesting, /function linesOf[\s\S]*?\n\}\n/, ''],
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
      [origin, / {2}if \(typeof name === 'string'\)[^\n]*\n/, ''],
      [origin, 'String(attempt(() => name?.(lock)) ?? labelOf(lock, key))', 'labelOf(lock, key)'],
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
      [watch, / {4}holdFromBefore\([^\n]*\n/, ''],
      [bare, / {4}refresh\([^\n]*\n/, ''],
      [ledger, /^export function refresh[\s\S]*?\n\}\n/m, 'export function refresh(..._: unknown[]): void {}\n'],
      [bare, "if (lock.before?.stage === 'hold') yield lock.before;", ''],
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
      [origin, /function show[\s\S]*?\n\}\n/, 'const show = String;\n'],
    ],
  },
  {
    name: 'sides of read/write locks, as they are handed out',
    edits: [
      [verbs, /^ {2}(?:read|write|upgradable): side[^\n]*\n/gm, ''],
      [watch, / {4}handOutSides\([^\n]*\n/, ''],
    ],
  },
  {
    name: 'Barrier and ASemaphore',
    edits: [[verbs, /^ {2}wait: [^\n]*\n/m, '']],
  },
  {
    name: 'putting everything back',
    edits: [
      [wrapping, / {2}wrapping\.undos\.set\(wrapper, [\s\S]*?\n {2}\}\);\n/, ''],
      [wrapping, /^export function endUse[\s\S]*?\n\}\n/m, 'export function endUse(_: Wrapping): void {}\n'],
    ],
  },
  {
    name: 'permits and priorities, as a lock reads its options',
    edits: [
      [requesting, / {2}if \(!isObject\(options\)\) return;\n {2}args\[args\.length - 1\] = [\s\S]*?\n {2}\}\);\n/, ''],
    ],
  },
  {
    name: 'leaving calls alone that a method makes of its own lock',
    edits: [[wrapping, ' || isInner(this)', '']],
  },
];

/** The parts of `watch`: what it promises, each with what nothing else needs. */
export const partsOfWatch: readonly Part[] = [
  ...each,
  { name: '**all of these**', edits: each.flatMap(({ edits }) => edits) },
];
