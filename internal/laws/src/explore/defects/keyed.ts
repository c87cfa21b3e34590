import type { Defect } from '../defect.ts';

/** Faults of the locks of keys. */
export const keyedDefects: Defect[] = [
  {
    name: 'the lock of a key is dropped while a request is under way',
    edits: [['keyed', 'this.requests === 0 && !this.isUsed', '!this.isUsed']],
    primitive: 'keyed',
    shownBy: 'the holder of a key leaves while a request joins',
    exploration: 'faults',
  },
  {
    name: 'the lock of a key is never dropped',
    edits: [['keyed', 'if (this.requests === 0 && !this.isUsed) this.#keeper.drop(this);', '']],
    primitive: 'keyed',
    shownBy: 'two keys in turn',
  },
  {
    name: 'the lock of a key stays when its last waiter is found to have aborted',
    edits: [['keyed', 'super.remove(waiter);\n    this.#dropIfIdle();', 'super.remove(waiter);']],
    primitive: 'keyed',
    shownBy: 'a joint holder releases while an aborted waiter is first',
  },
  {
    name: 'the lock of a key is dropped while it is waited for',
    edits: [['keyed', 'this.taken + this.size > 0', 'this.taken > 0']],
    primitive: 'keyed',
    shownBy: 'a pause, and its end',
  },
  {
    name: 'every view has a lock of its own',
    edits: [['keyed', 'this.find(key) ?? this.#add(', 'this.#add(']],
    primitive: 'keyed',
    shownBy: 'four in the line of a key',
  },
  {
    name: 'a request that its signal refuses brings its capacity',
    edits: [['keyed', 'if (!signal?.aborted) view.prepare();', 'view.prepare();']],
    primitive: 'keyed',
    shownBy: 'a refused request does not bring its capacity',
  },
  {
    name: 'a lowered capacity keeps impossible waiters',
    edits: [['keyed', 'refuseImpossible(this, capacity);', '']],
    primitive: 'keyed',
    shownBy: 'a capacity that makes waiters impossible',
  },
  {
    name: 'waiters that a capacity lets in act before the request is decided',
    edits: [['keyed', 'withoutDelivery(() => this.moveUp());', 'this.moveUp();']],
    primitive: 'keyed',
    shownBy: 'waiters that a capacity grants or rejects ask again',
  },
  {
    name: 'the writer of a key takes one permit',
    edits: [['keyed', "verbs('write.', ALL,", "verbs('write.', 1,"]],
    primitive: 'keyed',
    shownBy: 'readers and writers',
  },
  {
    name: 'a family is canceled lock by lock, and waiters get ahead in between',
    edits: [['keyed', 'entry.giveUp(waiter, reason);\n    deliver();', '{ entry.giveUp(waiter, reason); deliver(); }']],
    primitive: 'keyed',
    shownBy: 'a key and the family are canceled',
  },
];
