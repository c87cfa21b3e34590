import type { Defect } from '../defect.ts';

const file = 'core/src/waiter-queue.ts';

const leave = `    this.#remove(waiter);
    waiter.giveUp(reason);`;

/** Faults of the line that every lock waits in. */
export const lineDefects: Defect[] = [
  {
    name: 'who gives up lets the next one in',
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
    name: 'who gave up stays in the line',
    edits: [[file, leave, '    waiter.giveUp(reason);']],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'the wrong one leaves the line',
    edits: [[file, leave, leave.replace('(waiter)', '(this.#highest?.next as Waiter<Request>)')]],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'a late abort takes a grant back',
    edits: [
      ['core/src/waiter.ts', '    this.unlimit();\n    this.onGrant(', '    this.onGrant('],
      [file, 'if (isAlone(waiter)) return;', ''],
    ],
    primitive: 'mutex',
    shownBy: 'signals of their own',
  },
  {
    name: 'newcomers pass the line',
    edits: [[file, 'if (this.#size > 0 && (this.#highest as Lane).priority >= priority) return false;', '']],
    primitive: 'semaphore',
    shownBy: 'a heavy head that may abort',
  },
  {
    name: 'a release lets in one only',
    edits: [[file, 'head.grant();', 'head.grant(); return;']],
    primitive: 'semaphore',
    shownBy: 'one release that fits two',
  },
  {
    name: 'light ones pass a heavy one',
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
    shownBy: 'light ones behind a heavy one',
  },
  {
    name: 'an aborted one is let in before its listener has run',
    edits: [[file, 'if (head.abortedSignal !== undefined)', 'if (false)']],
    primitive: 'mutex',
    shownBy: 'a listener before ours releases the holder',
  },
  {
    name: 'a higher priority goes behind',
    edits: [[file, 'lower.priority > priority', 'lower.priority < priority']],
    primitive: 'mutex',
    shownBy: 'priorities',
  },
];
