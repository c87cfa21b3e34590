import { Mutex } from 'valvekit';
import type { Subject } from '../subject.ts';

/** One lock, and then the other: in a program whose callers keep another order, this deadlocks. */
export const subject: Subject = {
  several() {
    const [one, other] = [new Mutex(), new Mutex()];
    return (fn) => one.sandbox(() => other.sandbox(fn)) as Promise<never>;
  },
};
