import type { Defect } from '../defect.ts';

const file = 'core/src/waiter-queue.ts';

const leave = `    this.#remove(waiter);
    waiter.giveUp(reason);`;

/** Faults of the line, which every lock uses. */
export const lineDefects: Defect[] = [
  {
    name: 'a waiter that gives up admits the next one',
    edits: [
      [
        file,
        leave,
        `${leave}
        const next = this.#highest?.next as Waiter<Request>;
        if (this.#size > 0) {
          this.#remove(next);
          next.grant();
        }`,
      ],
    ],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a waiter that gave up stays in the line',
    edits: [[file, leave, '    waiter.giveUp(reason);']],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'the wrong waiter leaves the line',
    edits: [[file, leave, leave.replace('(waiter)', '(this.#highest?.next as Waiter<Request>)')]],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a late abort revokes a grant',
    edits: [
      ['core/src/waiter.ts', '    this.unlimit();\n    this.onGrant(', '    this.onGrant('],
      [file, 'if (isAlone(waiter)) return;', ''],
    ],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'newcomers overtake the line',
    edits: [[file, 'if (this.#size > 0 && (this.#highest as Lane).priority >= priority) return false;', '']],
    primitive: 'semaphore',
    shownBy: 'a large request at the head that may abort',
  },
  {
    name: 'a release admits only one waiter',
    edits: [[file, 'head.grant();', 'head.grant(); return;']],
    primitive: 'semaphore',
    shownBy: 'one release that admits two',
  },
  {
    name: 'small requests overtake a large one',
    edits: [
      [
        file,
        '      } else {\n        return;',
        `      } else {
        for (const other of this) {
          if (!this.#admit.call(this.owner, other.request)) continue;
          this.#remove(other);
          other.grant();
        }
        return;`,
      ],
    ],
    primitive: 'semaphore',
    shownBy: 'small requests behind a large one',
  },
  {
    name: 'an aborted waiter is admitted before its listener has run',
    edits: [[file, 'if (head.abortedSignal !== undefined)', 'if (false)']],
    primitive: 'mutex',
    shownBy: 'a listener before ours releases the holder',
  },
  {
    name: 'a higher priority is served later',
    edits: [[file, 'lower.priority > priority', 'lower.priority < priority']],
    primitive: 'mutex',
    shownBy: 'priorities',
  },
];
