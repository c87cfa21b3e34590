import type { Answer, Confirmation, LockId, Push, Request, Verdict } from './store.ts';

// Servers answer and tell in words; their times are microseconds.

/** Our milliseconds, of the server's microseconds. */
export function millis(word: unknown): number {
  return Number(word) / 1000;
}

/** The server's microseconds, as text: some clients send no larger numbers than an integer. */
export function micros(ms: number): string {
  return String(Math.ceil(ms * 1000));
}

/** What the server has answered to requests. */
export function answerOf([now, soonest, how, ...rest]: readonly string[], requests: readonly Request[]): Answer {
  const verdicts = requests.map((_, i): Verdict => {
    const [is, a, b, c] = rest.slice(4 * i, 4 * i + 4);
    if (how === 'late') return { is: 'late' };
    if (is === 'granted') return { is, token: Number(a), until: millis(b), length: millis(c) };
    if (is === 'waiting') return { is, place: Number(a), ahead: Number(b) };
    return { is: is === 'gone' ? is : 'refused' };
  });
  return { now: millis(now), soonest: millis(soonest), verdicts };
}

/** What the server has answered to the ids of holds and places. */
export function confirmationOf([now, soonest, ...known]: readonly string[]): Confirmation {
  return { now: millis(now), soonest: millis(soonest), known: known.map((each) => each === '1') };
}

/** What the server tells of a request; undefined if this is none of its words. */
export function pushOf(is: string | undefined, lock: LockId, id: string, numbers: readonly string[]): Push | undefined {
  const [first, until, length] = numbers;
  if (is === 'granted') return { is, lock, id, token: Number(first), until: millis(until), length: millis(length) };
  if (is === 'refused') return { is, lock, id, capacity: Number(first) };
  return is === 'taken' || is === 'look' ? { is, lock, id } : undefined;
}
