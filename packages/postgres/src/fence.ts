import { InvalidStateError } from '@valvekit/core';
import { bare, type Shown, StoreError } from '@valvekit/lease';
import { isConflict, stateOf, storeError } from './errors.ts';
import type { PostgresStore } from './postgres-store.ts';

/** A transaction of the caller's: of pg, of postgres, or anything with such a method. */
export type Transaction =
  // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for values and rows
  | { query(text: string, values: any[]): PromiseLike<{ readonly rows: readonly any[] }> }
  // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for values and rows
  | { unsafe(text: string, values: any[]): PromiseLike<readonly any[]> };

const REFUSED = 'VKL01';

/** Shows a hold to the server inside a transaction, which then keeps it until it ends, or fails. */
export async function fence(tx: Transaction, store: PostgresStore, shown: Shown): Promise<void> {
  const { schema } = store;
  if (shown.error !== undefined) {
    // The transaction must not commit what it has done so far.
    await send(tx, `select "${schema}".refuse_v1()`, []).catch(() => {});
    throw shown.error;
  }
  // A setting of the transaction shows that there is one: without it, the next statement does not find it.
  const mark = crypto.randomUUID();
  const text = `select "${schema}".fence_v1($1::text, $2::text), set_config('valvekit.fenced', $3::text, true)`;
  let found: unknown;
  try {
    await send(tx, text, [store.keyOf(shown.lock), shown.id, mark]);
    found = await send(tx, "select current_setting('valvekit.fenced', true)", []);
  } catch (error) {
    // Where the transaction sees an older state of the data, the server says of a hold that has ended since that there was
    // a conflict.
    if (stateOf(error) === REFUSED || isConflict(error)) throw shown.lose();
    const told = storeError(error, 'fence');
    throw told === error ? new StoreError(`${shown.label}: the server did not answer`, { cause: bare(error) }) : told;
  }
  if (found !== mark) throw new InvalidStateError(`${shown.label}: fence() was not called inside a transaction`);
}

async function send(tx: Transaction, text: string, values: string[]): Promise<unknown> {
  const rows = 'unsafe' in tx ? await tx.unsafe(text, values) : (await tx.query(text, values)).rows;
  return Object.values(rows[0] ?? {})[0];
}
