import type { Outcome } from './race.ts';

/** The figures of all races. */
export interface Results {
  readonly floor: number;
  readonly free: Readonly<Record<string, Outcome>>;
  readonly burst: Readonly<Record<number, Readonly<Record<string, Outcome>>>>;
  readonly greedy: Readonly<Record<string, Outcome>>;
}

export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isMet: boolean;
}

const FLOOR = 'floor (SET NX, EVALSHA)';
const STRICT = 'valvekit, passes: 0';

/** A ratio of one run: at most, or at least, what is wanted. */
export function atMost(what: string, limit: number, measured: number): Goal {
  return { what, wanted: `≤ ${limit}`, measured: measured.toFixed(2), isMet: measured <= limit };
}

function atLeast(what: string, limit: number, measured: number): Goal {
  return { what, wanted: `≥ ${limit}`, measured: measured.toFixed(2), isMet: measured >= limit };
}

/** Which ratios we want, and what was measured. */
export function goals({ floor, free, burst, greedy }: Results): Goal[] {
  const rate = (name: string): number => free[name]?.count ?? 0;
  const list = [
    atLeast('free: rate by that of the floor', 0.9, rate('valvekit') / rate(FLOOR)),
    atLeast('free: rate by that of redis-semaphore', 1, rate('valvekit') / rate('redis-semaphore')),
    atLeast('free: rate by that of redlock 5', 1, rate('valvekit') / rate('redlock 5')),
    atMost('free: commands each', 2, Math.round(100 * (free.valvekit?.commands ?? 0)) / 100),
    atMost('free: µs of the server in a script', 6, free.valvekit?.scriptTime ?? 0),
  ];
  for (const [contenders, outcomes] of Object.entries(burst)) {
    const time = (name: string): number => outcomes[name]?.ms ?? 0;
    const what = `burst of ${contenders}: time by that of`;
    list.push(
      atMost(`${what} redis-semaphore`, 0.33, time('valvekit') / time('redis-semaphore')),
      atMost(`${what} redlock 5`, 0.33, time('valvekit') / time('redlock 5')),
      atMost(`${what} redlock 5, 10 ms`, 0.75, time('valvekit') / time('redlock 5, 10 ms')),
      atMost(`burst of ${contenders}: commands each, strict order`, 2.05, outcomes[STRICT]?.commands ?? 0),
    );
    if (Number(contenders) < 50) continue;
    list.push(
      atMost(`burst of ${contenders}: commands each`, 0.25, outcomes.valvekit?.commands ?? 0),
      atMost(`burst of ${contenders}: hand-over by a push, strict order`, 4, (outcomes[STRICT]?.handOver ?? 0) / floor),
      atMost(`burst of ${contenders}: µs of the server in a script`, 30, outcomes[STRICT]?.scriptTime ?? 0),
    );
  }
  const peers = Object.entries(greedy).filter(([name]) => !name.startsWith('valvekit'));
  const best = Math.max(...peers.map(([, { count }]) => count));
  list.push(
    atLeast('greedy: rate by that of the best peer', 5, (greedy.valvekit?.count ?? 0) / best),
    atMost('greedy: greatest share by smallest, strict order', 1.1, greedy[STRICT]?.unfairness ?? 0),
  );
  return list;
}
