// What each part of the locks of keys, of several locks at once and of the locks across tabs weighs: the edits that leave
// it out of the sources. `parts.ts` prints the tables.
import type { Part } from './parts.ts';

const families = 'keyed/src/keyed-locks.ts';
const entries = 'keyed/src/entries.ts';
const entry = 'keyed/src/entry.ts';
const view = 'keyed/src/view.ts';
const verbs = 'keyed/src/verbs.ts';

const functions = 'core/src/several/several.ts';
const joint = 'core/src/several/joint-line.ts';
const list = 'core/src/several/entrances.ts';

const tabs = 'tabs/src/tab-locks.ts';
const tabLine = 'tabs/src/tab-line.ts';
const tabLock = 'tabs/src/tab-lock.ts';
const claim = 'tabs/src/claim.ts';
const lease = 'tabs/src/tab-lease.ts';
const webLocks = 'tabs/src/web-locks.ts';
const tabNames = 'tabs/src/names.ts';

/** A whole member of a class. */
const member = (name: string): RegExp =>
  new RegExp(`\\n {2}(?:override |async |get )*${name}(?:<.+?>)?\\([\\s\\S]*?\\n {2}\\}\\n`);

const capacityOfRequests: Part['edits'] = [
  [entry, / {4}this\.#tellNews\(\);\n {2}\}\n/, '  }\n'],
  [entry, member('ask'), '\n'],
  [entry, member('resize'), '\n  resize(): void {}\n'],
  [entry, member('#tellNews'), '\n'],
];

export const partsOfKeyedLocks: readonly Part[] = [
  {
    name: 'semaphores: permits and capacities',
    edits: [
      ...capacityOfRequests,
      [families, member('semaphore'), '\n'],
      [families, / {4}this\.#semaphores = [^\n]*\n/, ''],
      [families, 'this.#semaphores, ', ''],
      [verbs, /acquire: \{[^\n]*/, 'acquire: { ...verb(side, request), Guard },'],
      [verbs, /sandbox: verb\([^\n]*/, 'sandbox: verb(side, request),'],
      [verbs, /export const SEMAPHORE[^\n]*\n/, ''],
      [view, 'this.#verbs.permits ?? checkedPermits(permits, this.#capacity)', 'this.#verbs.permits as number'],
    ],
  },
  { name: '– a capacity that comes with each request', edits: capacityOfRequests },
  {
    name: 'read/write locks',
    edits: [
      [families, member('readWriteLock'), '\n'],
      [families, / {4}this\.#readWriteLocks = [^\n]*\n/, ''],
      [families, ', this.#readWriteLocks]', ']'],
    ],
  },
  { name: '– downgrade', edits: [[verbs, member('downgrade'), '\n']] },
  {
    name: 'names of locks in messages',
    edits: [
      [entries, /return `[^`]*`;/, "return '';"],
      [families, /new Entries\(this, '\w+'\)/g, "new Entries(this, '')"],
    ],
  },
  { name: '– keys that are cut, or could hold secrets', edits: [[entries, 'show(key)', 'key']] },
  {
    name: 'what a view shows: isLocked, waiting, cancel',
    edits: [
      [view, member('isLocked'), '\n'],
      [view, member('waiting'), '\n'],
      [view, /\n {2}cancel\(reason: unknown = [\s\S]*?\n {2}\}\n/, '\n'],
    ],
  },
  {
    name: 'what a family shows: name, size, waiting, cancel',
    edits: [
      [families, member('name'), '\n'],
      [families, member('size'), '\n'],
      [families, member('waiting'), '\n'],
      [families, member('cancel'), '\n'],
    ],
  },
  {
    name: 'inspection',
    edits: [
      [view, member('\\[inspection\\]'), '\n'],
      [families, member('\\[inspection\\]'), '\n'],
    ],
  },
  { name: 'several locks at once (what a view has for it)', edits: [[view, member('\\[entrance\\]'), '\n']] },
  {
    name: 'user code in the middle of a request',
    edits: [
      [entry, member('end'), '\n  end(): void { this.#tellNews(); }\n'],
      [entry, 'this.requests === 0 && ', ''],
      [entry, member('isOnlyAskedFor'), '\n'],
      [entries, 'entry.requests++;', ''],
      [families, '.filter(({ isOnlyAskedFor }) => !isOnlyAskedFor)', ''],
    ],
  },
  {
    name: 'one entry that is used again (speed)',
    edits: [
      [entries, 'this.#first.key === key ? this.#first : ', ''],
      [
        entries,
        / {4}let entry = this\.#first;[\s\S]*?\n {4}\}\n/,
        '    const entry = new Entry<K>(this);\n    this.#others.set(key, entry);\n',
      ],
      [entries, '[this.#first, ...this.#others.values()]', '[...this.#others.values()]'],
      [entries, 'if (entry !== this.#first) ', ''],
      [entries, 'readonly #first: Entry<K> = new Entry<K>(this);', ''],
    ],
  },
];

export const partsOfSeveral: readonly Part[] = [
  {
    name: 'a lock that is named twice, permits that add up',
    edits: [
      [list, / {2}const other = entrances\.find[^\n]*\n/, '  entrances.push(found);\n'],
      [list, / {2}if \(other === undefined\) \{[\s\S]*?\n {2}\}\n(?= {2}if)/, ''],
    ],
  },
  {
    name: 'checks of the list, and their messages',
    edits: [
      [list, / {2}requireThat\([^\n]*\n/, ''],
      [list, / {2}requireOptions\([^\n]*\n/, ''],
      [list, / {2}if \(typeof lock\?\.\[entrance\][^\n]*\n/, ''],
      [list, / {2}if \(found\.permits === undefined && [\s\S]*?\n {2}\}\n/, ''],
    ],
  },
  { name: 'names of locks in messages', edits: [[joint, member('\\[Symbol\\.toStringTag\\]'), '\n']] },
  {
    name: 'locks of keys, and their capacities',
    edits: [
      [joint, member('prepare'), '\n'],
      [joint, member('leave'), '\n'],
      [joint, member('ask'), '\n'],
      [joint, / {2}#hasLeft = false;\n/, ''],
      [functions, / {2}if \(!signal\?\.aborted\) line\.prepare\(\);\n/, ''],
      [functions, / {2,}line\.leave\(\);\n/g, ''],
      [list, / {2,}(?:found|other)\.leave\?\.\(\);\n/g, ''],
    ],
  },
  {
    name: 'tools that watch the locks',
    edits: [
      [joint, member('wrap'), '\n'],
      [functions, 'line.wrap(fn)', 'fn'],
    ],
  },
  {
    name: 'aborted counts before its listener runs',
    edits: [
      [joint, / {4}for \(const [^\n]*dropAborted\(line\);\n/, ''],
      [joint, member('size'), '\n'],
    ],
  },
  { name: 'sandboxAll', edits: [[functions, / {2}return entering\(locks, \(line\) => sandbox[^\n]*\n/, '']] },
  { name: 'acquireAll', edits: [[functions, / {2}return entering\(locks, \(line\) => acquire[^\n]*\n/, '']] },
];

export const partsOfTabLocks: readonly Part[] = [
  {
    name: 'semaphores: permits and capacities',
    edits: [
      [tabs, member('semaphore'), '\n'],
      [tabLock, 'checkedPermits(permits, this.#capacity)', '1'],
      [claim, 'return this.#names.isSplit ? permits : 1;', 'return 1;'],
    ],
  },
  { name: 'read/write locks', edits: [[tabs, member('readWriteLock'), '\n']] },
  {
    name: 'the turnstile',
    edits: [
      [claim, / {4}if \(!this\.#hasTurn && !\(await[^\n]*\n/, ''],
      [claim, / {4}if \(!this\.#hasTurn && !this\.has\(permits\)\) [^\n]*\n/, ''],
      [claim, 'if (this.#hasTurn) await', 'await'],
      [claim, / {6}else this\.#hasTurn = [^\n]*\n/, ''],
      [claim, 'this.#hasTurn && ', ''],
      [claim, '.filter((place) => place !== TURNSTILE)', ''],
      [claim, /place === TURNSTILE \? `[^`]*` : /, ''],
      [claim, / {4}this\.#hasTurn = [^\n]*\n/, ''],
    ],
  },
  {
    name: 'requests that must not wait, behind others',
    edits: [
      [tabLine, / {2}readonly #hurried[^\n]*\n/, ''],
      [tabLine, / {4}if \(waiter\.request\.refusal[^\n]*\n/, ''],
      [tabLine, / {4}this\.#hurried\.delete[^\n]*\n/, ''],
      [tabLine, 'this.#hurried.has(this.head)', 'this.head.request.refusal'],
      [tabLine, / {4}if \(!this\.#claim\.isWaiting\)[\s\S]*?#refuse\(waiter\);\n/, ''],
    ],
  },
  {
    name: 'a page that falls asleep',
    edits: [
      [tabs, / {4}watchPage\(\);\n/, ''],
      [claim, 'page.awake !== undefined', 'false'],
      [tabLine, / {6}page\.active\.\w+\(claim\);\n/g, ''],
      [tabLine, / {6}await page\.awake;\n/, ''],
    ],
  },
  {
    name: 'a lock that is stolen',
    edits: [
      [claim, / {6}lock\.ended\.catch[\s\S]*?\n {6}\}\);\n/, ''],
      [lease, / {6}\(\) => \{\n[\s\S]*?\n {6}\},\n/, ''],
    ],
  },
  {
    name: 'checks of names, and their messages',
    edits: [
      [tabNames, / {2}requireThat\(typeof name[\s\S]*?RangeError\);\n/, ''],
      [tabNames, / {2}requireThat\(typeof prefix[\s\S]*?RangeError\);\n/, ''],
    ],
  },
  {
    name: 'browsers without Web Locks, and Node',
    edits: [[webLocks, / {2}if \(!locks\)[\s\S]*(?= {2}return locks)/, '']],
  },
  { name: 'Symbol.asyncDispose defined late', edits: [[lease, / {2}const dispose = [\s\S]*?release \}\);\n/, '']] },
];
