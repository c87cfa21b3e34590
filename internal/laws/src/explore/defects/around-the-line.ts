import type { Defect } from '../defect.ts';

const limits = 'core/src/limits.ts';
const hub = 'core/src/abort-hub.ts';
const deferred = 'core/src/deferred-waiter.ts';

/** Faults in ending a wait, and in reporting its outcome. */
export const otherCoreDefects: Defect[] = [
  {
    name: 'no waiter moves up when the head aborts',
    edits: [[hub, 'for (const line of lines) line.drain();', '']],
    primitive: 'semaphore',
    shownBy: 'a large request at the head that may abort',
  },
  {
    name: 'no waiter moves up when the head times out',
    edits: [[limits, '    this.line.drain();', '']],
    primitive: 'semaphore',
    shownBy: 'a large request at the head that may time out',
  },
  {
    name: 'a timer is not cleared',
    edits: [[limits, 'clearTimeout(timer);', '']],
    primitive: 'mutex',
    shownBy: 'timers',
  },
  {
    name: 'a listener is not removed',
    edits: [[hub, "signal.removeEventListener('abort', (neighbour as AbortHub).onAbort);", '']],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a callback that throws stops the others',
    edits: [[deferred, 'report(error);', 'throw error;']],
    primitive: 'semaphore',
    shownBy: 'callbacks that throw',
  },
  {
    name: 'callbacks run before everything is decided',
    edits: [[deferred, '    post(this);', '    this.hear();']],
    primitive: 'semaphore',
    shownBy: 'callbacks that release and take',
  },
  {
    name: 'a guard releases twice',
    edits: [['core/src/guard.ts', '    this.#queue = undefined;\n    return queue;', '    return queue;']],
    primitive: 'mutex',
    shownBy: 'tries, guards and misuse',
  },
];
