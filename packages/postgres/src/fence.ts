import { InvalidStateError } from '@valvekit/core';
import { failureOf, refusal, requireThat, type Shown } from '@valvekit/lease';
import { isConflict, REFUSED, stateOf } from './errors.ts';
import type { PostgresStore } from './postgres-store.ts';

/** A transaction of the caller's: of pg, of postgres, or anything with such a method. */
export type Transaction =
  // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for values and rows
  | { query(text: string, values: any[]): PromiseLike<{ readonly rows: readonly any[] }> }
  // biome-ignore lint/suspicious/noExplicitAny: each client has types of its own for values and rows
  | { unsafe(text: string, values: any[]): PromiseLike<readonly any[]> };

/**
 * Checks that something takes statements.
 *
 * @throws {TypeError} if it has no such method
 */
export function checkedTransaction(tx: Transaction): Transaction {
  const { query, unsafe }: { query?: unknown; unsafe?: unknown } = Object(tx);
  const isGood = typeof query === 'function' || typeof unsafe === 'function';
  requireThat(isGood, 'tx', 'a transaction, with the method query or unsafe', tx);
  return tx;
}

/** Shows a hold to the server inside a transaction, which then keeps it until it ends, or fails. */
export async function fence(tx: Transaction, store: PostgresStore, shown: Shown): Promise<void> {
  const { schema } = store;
  if (shown.error !== undefined) {
    // The transaction must not commit what it has done so far.
    await send(tx, `select "${schema}".refuse_v1()`, []).catch(() => {});
    throw shown.error;
  }
  // A setting of the transaction shows that there is one: without it, the next statement does not find it.
  const text = `select "${schema}".fence_v1($1::text, $2::text), set_config('valvekit.fenced', 'yes', true)`;
  let found: unknown;
  try {
    await send(tx, text, [store.keyOf(shown.lock), shown.id]);
    found = await send(tx, "select current_setting('valvekit.fenced', true)", []);
  } catch (error) {
    throw await refusalOf(error, store, shown);
  }
  if (found !== 'yes') throw new InvalidStateError(`${shown.label}: fence() was not called inside a transaction`);
}

/** What a caller is told whose transaction has failed. */
async function refusalOf(error: unknown, store: PostgresStore, shown: Shown): Promise<unknown> {
  const state = stateOf(error);
  if (state === undefined) return failureOf(shown.label, error);
  if (state === REFUSED || isConflict(error)) {
    // A transaction that sees an older state of the data meets a conflict, or does not find the hold; but it also meets
    // conflicts over other data, or is in another database, and then the lease is as good as before. Only the store knows.
    const isBooked = await shown.isBooked().catch(() => state !== REFUSED);
    if (!isBooked) return shown.lose();
  }
  const advice = isConflict(error) ? '. Run the transaction again' : await store.adviceOn(error, 'fence');
  return failureOf(shown.label, refusal(error, 'fence', advice));
}

async function send(tx: Transaction, text: string, values: string[]): Promise<unknown> {
  const rows = 'unsafe' in tx ? await tx.unsafe(text, values) : (await tx.query(text, values)).rows;
  return Object.values(rows[0] ?? {})[0];
}
