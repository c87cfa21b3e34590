import { type FencedLease, InvalidStateError, LeaseLostError, PostgresLocks, StoreError } from '@valvekit/postgres';
import { expect, it, vi } from 'vitest';
import { Scripted, sqlError } from './scripted.ts';

/** Locks that are always free, and a transaction that answers as told. */
async function held(): Promise<{ locks: PostgresLocks; lease: FencedLease; transaction: Scripted }> {
  const connection = new Scripted();
  connection.answer = (text) => (text.includes('ask_v1') ? '0 0 ok granted 7 15000000 15000000' : '0 0 1');
  const locks = new PostgresLocks(connection);
  const transaction = new Scripted();
  let mark: unknown;
  transaction.answer = (text, values) => {
    if (text.includes('fence_v1')) [, , mark] = values;
    return text.includes('current_setting') ? mark : '';
  };
  return { locks, lease: await locks.mutex('m').acquire(), transaction };
}

it('shows the hold, and looks whether there is a transaction', async () => {
  const { locks, lease, transaction } = await held();
  await locks.fence(transaction, lease);
  expect(transaction.statements.map(([text]) => text)).toEqual([
    `select "valvekit".fence_v1($1::text, $2::text), set_config('valvekit.fenced', $3::text, true)`,
    "select current_setting('valvekit.fenced', true)",
  ]);
  expect(transaction.statements[0]?.[1].slice(0, 2)).toEqual(['valvekit:mutex:m', expect.stringMatching(/:1$/)]);
  const sql = {
    unsafe: vi.fn(async (text: string, values: unknown[]) => (await transaction.query(text, values)).rows),
  };
  await locks.fence(sql, lease);
  expect(sql.unsafe).toHaveBeenCalledTimes(2);
  transaction.answer = () => undefined;
  await expect(locks.fence(transaction, lease)).rejects.toThrow(InvalidStateError);
  await locks.close({ timeout: 0 });
});

it.each(['VKL01', '40001'])('says that the lease is lost when the server says %s', async (code) => {
  const { locks, lease, transaction } = await held();
  transaction.answer = () => sqlError(code);
  const error: unknown = await locks.fence(transaction, lease).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LeaseLostError);
  expect(error).toMatchObject({ why: 'taken', token: 7 });
  expect(lease.signal.reason).toBe(error);
  // It stays so, and a transaction that shows it again fails.
  transaction.answer = () => sqlError('VKL01');
  await expect(locks.fence(transaction, lease)).rejects.toBe(error);
  expect(transaction.statements.at(-1)?.[0]).toBe('select "valvekit".refuse_v1()');
  await expect(lease.release()).rejects.toBe(error);
});

it('says that the lease has been released, also meanwhile', async () => {
  const { locks, lease, transaction } = await held();
  transaction.answer = () => {
    void lease.release();
    return sqlError('VKL01');
  };
  await expect(locks.fence(transaction, lease)).rejects.toThrow('has been released');
  transaction.answer = () => '';
  await expect(locks.fence(transaction, lease)).rejects.toThrow(InvalidStateError);
  expect(transaction.statements.at(-1)?.[0]).toBe('select "valvekit".refuse_v1()');
});

it('passes on other errors without their statements', async () => {
  const { locks, lease, transaction } = await held();
  for (const [code, message] of [
    ['42501', /refused to fence/],
    ['ECONNRESET', /did not answer/],
  ] as const) {
    transaction.answer = () => sqlError(code);
    const error: unknown = await locks.fence(transaction, lease).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(String(error)).toMatch(message);
    expect(Object.keys((error as StoreError).cause as object)).toEqual([]);
  }
  await lease.release();
});

it('refuses leases of other locks, and what is no lease', async () => {
  const { locks, transaction } = await held();
  const { lease } = await held();
  await expect(locks.fence(transaction, lease)).rejects.toThrow(TypeError);
  await expect(locks.fence(transaction, undefined as never)).rejects.toThrow('lease must be a lease of these locks');
});
