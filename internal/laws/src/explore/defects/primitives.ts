import type { Defect } from '../defect.ts';

const semaphore = 'semaphore/src/semaphore.ts';
const holds = 'rwlock/src/holds.ts';
const tickets = 'barrier/src/ticket-line.ts';

const canRead = `if (!this.#canRead()) return false;
        this.#readers++;
        return true;
      case 'upgradable'`;

/** Faults in the rules of one primitive. */
export const primitiveDefects: Defect[] = [
  {
    name: 'a try overtakes the line',
    edits: [
      [
        semaphore,
        'return this.#queue.tryAdmit(this.#request(ONE, permits));',
        'return this.#admit({ ...ONE, permits });',
      ],
    ],
    primitive: 'semaphore',
    shownBy: 'tries while others wait',
  },
  {
    name: 'more is released than was taken',
    edits: [[semaphore, 'if (permits > this.#bare)', 'if (false)']],
    primitive: 'semaphore',
    shownBy: 'more released than was taken',
  },
  {
    name: 'the last permit is never granted',
    edits: [[semaphore, 'if (permits > this.#capacity - this', 'if (permits >= this.#capacity - this']],
    primitive: 'semaphore',
    shownBy: 'one release that admits two',
  },
  {
    name: 'a lowered capacity keeps impossible requests in the line',
    edits: [[semaphore, 'if (this.#canNeverHave(permits)) this.#queue', 'if (false) this.#queue']],
    primitive: 'semaphore',
    shownBy: 'a capacity that changes',
  },
  {
    name: 'a batch of readers stops at one',
    edits: [[holds, canRead, canRead.replace('if (', 'if ((this.#readers > 0 && this.waiting > 0) || ')]],
    primitive: 'rwlock',
    shownBy: 'a batch of readers between writers',
  },
  {
    name: 'a downgrade admits no reader',
    edits: [[holds, '    this.#moveUp();\n    return new Hold', '    return new Hold']],
    primitive: 'rwlock',
    shownBy: 'a writer that downgrades',
  },
  {
    name: 'a set runs a callback before it has tested every condition',
    edits: [
      [tickets, '  append,\n', '  append,\n  deliver,\n'],
      [
        tickets,
        'leavers.push(this.#leave((places.next as Place<T>).waiter));',
        '{ this.#leave((places.next as Place<T>).waiter).waiter.grant(this.#ticket); deliver(); }',
      ],
    ],
    primitive: 'barrier',
    shownBy: 'a callback that sets the next ticket',
  },
  {
    name: 'a RegExp keeps its lastIndex',
    edits: [['barrier/src/condition.ts', "new RegExp(source, flags.replace(/[gy]/g, ''))", 'regExp']],
    primitive: 'barrier',
    shownBy: 'RegExps with a lastIndex, tested again and again',
  },
  {
    name: 'it fires before it has counted down',
    edits: [
      [
        'asemaphore/src/asemaphore.ts',
        `    this.#count--;
    if (this.#count > 0) return this.#count;
    this.#queue.drain();
    this.#callFire(args);`,
        `    if (this.#count > 1) return --this.#count;
    this.#callFire(args);
    this.#count--;
    this.#queue.drain();`,
      ],
    ],
    primitive: 'asemaphore',
    shownBy: 'up and down',
  },
];
