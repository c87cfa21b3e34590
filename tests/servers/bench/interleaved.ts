import { median, type Outcome } from './race.ts';

/** The median of each figure, over rounds in which every contestant has its turn. */
export async function interleaved(
  rounds: number,
  who: readonly string[],
  run: (name: string) => Promise<Outcome>,
): Promise<Record<string, Outcome>> {
  const all = new Map<string, Outcome[]>(who.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of who) all.get(name)?.push(await run(name));
    process.stderr.write('.');
  }
  const middle = (outcomes: readonly Outcome[]): Outcome => {
    const keys = Object.keys(outcomes[0] ?? {}) as (keyof Outcome)[];
    return Object.fromEntries(keys.map((key) => [key, median(outcomes.map((each) => each[key]))])) as never;
  };
  return Object.fromEntries([...all].map(([name, outcomes]) => [name, middle(outcomes)]));
}
