import type { Grant, Holding } from './grant.ts';
import type { Hold } from './hold.ts';
import type { Renewed } from './renew.ts';
import { failureOf, StoreError } from './store-error.ts';

/**
 * Turns a write hold into a read hold. Its holder is a reader for us at once, and for the store when it answers; until
 * then the hold is renewed, and can be lost.
 */
export async function downgrade(line: Renewed & Holding, hold: Hold): Promise<Grant> {
  const { around, lock } = line;
  hold.turn(1);
  const { tenure } = hold;
  around.keeper.keep(line, hold);
  while (!tenure.isLost && line.now() < hold.deadline) {
    try {
      const { known } = await around.command(() => around.store.resize(lock, hold.id, 1));
      if (known[0]) break;
      line.lose(hold, 'taken');
    } catch (error) {
      if (error instanceof StoreError) {
        line.release(hold, tenure).catch(() => {});
        throw failureOf(line.label, error);
      }
      await new Promise<void>((resolve) => void setTimeout(resolve, around.terms.retry));
    }
  }
  // Where nobody renews any more, nobody else notices.
  if (line.now() >= hold.deadline) line.lose(hold, 'late');
  if (tenure.isLost) {
    line.release(hold, tenure).catch(() => {});
    throw tenure.error;
  }
  return { line, hold, tenure };
}
