import type { Hold } from './hold.ts';
import type { Renewer } from './keeper.ts';
import type { LockId } from './store.ts';
import type { Surroundings } from './surroundings.ts';

/** The line whose holds are renewed. */
export interface Renewed extends Renewer {
  readonly lock: LockId;
  readonly around: Surroundings;
  /** Those that have not been given back. */
  readonly holds: Iterable<Hold>;
}

/** Renews holds of one lock. If the store does not answer, the keeper asks again, until the holds are lost. */
export async function renew(line: Renewed, holds: readonly Hold[]): Promise<void> {
  const { around, lock } = line;
  const asked = around.now();
  for (const hold of holds) hold.renewing(asked);
  const ids = holds.map(({ id }) => id);
  const answer = await around.command(() => around.store.renew(lock, ids, around.terms.lease)).catch(() => undefined);
  const kept = new Set(line.holds);
  holds.forEach((hold, i) => {
    // Released in the meantime, it may well be unknown.
    if (answer === undefined || !kept.has(hold) || hold.tenure.isLost) return;
    if (answer.known[i]) {
      hold.extend(asked);
      around.keeper.keep(line, hold);
    } else line.lose(hold, 'taken');
  });
}
