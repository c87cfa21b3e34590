import type { Things } from '../subject.ts';
import { Tally } from '../tally.ts';
import { type Row, row } from '../workload.ts';

const settled = Promise.resolve();

/** The shared state, which checks that writers are alone. */
class Book {
  readonly tally: Tally;
  #readers = 0;
  #isWriting = false;

  constructor(size: number) {
    this.tally = new Tally(size);
  }

  open(isWriter: boolean): void {
    if (this.#isWriting || (isWriter && this.#readers > 0)) this.tally.wrong('a writer was not alone');
    if (isWriter) this.#isWriting = true;
    else this.#readers++;
  }

  close(isWriter: boolean): void {
    if (isWriter) this.#isWriting = false;
    else this.#readers--;
    this.tally.count();
  }
}

/** Which tasks write: always the same ones out of a hundred, in no particular pattern. */
function writers(percent: number): (place: number) => boolean {
  // 37 and 100 have no common divisor, so every hundred contains each number once.
  return (place) => (place * 37) % 100 < percent;
}

function withPromises({ read, write, unlock }: Things['readWrite'], percent: number) {
  const isWriter = writers(percent);
  return (size: number): Promise<void> => {
    const book = new Book(size);
    const task = async (writes: boolean): Promise<void> => {
      const hold = await (writes ? write() : read());
      book.open(writes);
      await settled;
      book.close(writes);
      unlock(hold);
    };
    for (let place = 0; place < size; place++) void task(isWriter(place));
    return book.tally.all;
  };
}

function withCallbacks({ read, write }: Things['readWriteCallback'], percent: number) {
  const isWriter = writers(percent);
  return (size: number): Promise<void> => {
    const book = new Book(size);
    const task = (writes: boolean) => async (unlock: () => void) => {
      book.open(writes);
      await settled;
      book.close(writes);
      unlock();
    };
    const reader = task(false);
    const writer = task(true);
    for (let place = 0; place < size; place++) {
      if (isWriter(place)) write(writer);
      else read(reader);
    }
    return book.tally.all;
  };
}

const promises = (percent: number): Row =>
  row({
    id: `W6 ${100 - percent}/${percent}`,
    title: `${100 - percent} % readers, ${percent} % writers, all queue together`,
    thing: 'readWrite',
    floors: ['a linked list'],
    sizes: [10_000],
    per: 'task',
    prepare: (thing) => withPromises(thing, percent),
  });

export const w6 = [
  promises(10),
  promises(50),
  row({
    id: 'W6 callbacks',
    title: '90 % readers, 10 % writers, all queue together, with callbacks',
    thing: 'readWriteCallback',
    sizes: [10_000],
    per: 'task',
    prepare: (thing) => withCallbacks(thing, 10),
  }),
];
