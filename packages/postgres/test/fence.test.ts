import { type FencedLease, InvalidStateError, LeaseLostError, PostgresLocks, StoreError } from '@valvekit/postgres';
import { expect, it, vi } from 'vitest';
import { Scripted, sqlError } from './scripted.ts';

interface Held {
  readonly locks: PostgresLocks;
  readonly lease: FencedLease;
  readonly connection: Scripted;
  readonly transaction: Scripted;
}

/** Locks that are always free, and a transaction that answers as told. */
async function held(): Promise<Held> {
  const connection = new Scripted();
  connection.answer = (text) => (text.includes('ask_v1') ? '0 0 ok granted 7 15000000 15000000' : '0 0 1');
  const locks = new PostgresLocks(connection);
  const transaction = new Scripted();
  transaction.answer = (text) => (text.includes('current_setting') ? 'yes' : '');
  return { locks, lease: await locks.mutex('m').acquire(), connection, transaction };
}

it('shows the hold, and looks whether there is a transaction', async () => {
  const { locks, lease, transaction } = await held();
  await locks.fence(transaction, lease);
  expect(transaction.statements.map(([text]) => text)).toEqual([
    `select "valvekit".fence_v1($1::text, $2::text), set_config('valvekit.fenced', 'yes', true)`,
    "select current_setting('valvekit.fenced', true)",
  ]);
  expect(transaction.statements[0]?.[1]).toEqual(['valvekit:mutex:m', expect.stringMatching(/:1$/)]);
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
  const { locks, lease, connection, transaction } = await held();
  // Where the transaction has met a conflict, the store is asked.
  connection.answer = () => '0 0 0';
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

it('says that a conflict is none with the lease, which is as good as before', async () => {
  const { locks, lease, connection, transaction } = await held();
  transaction.answer = () => sqlError('40001');
  for (const answer of ['0 0 1', new Error('network')]) {
    connection.answer = () => answer;
    const error: unknown = await locks.fence(transaction, lease).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      message: expect.stringContaining('Run the transaction again'),
      cause: { code: '40001' },
    });
    lease.check();
  }
  connection.answer = () => '0 0 1';
  await lease.release();
});

it('keeps a lease that only this transaction does not find, and loses one of which nobody knows', async () => {
  const { locks, lease, connection, transaction } = await held();
  transaction.answer = () => sqlError('VKL01', 'the lease has been lost');
  const outcome = locks.fence(transaction, lease);
  await expect(outcome).rejects.toThrow(StoreError);
  await expect(outcome).rejects.toThrow('must be in the database of the locks, and begin after the lease');
  lease.check();
  connection.answer = () => new Error('network');
  await expect(locks.fence(transaction, lease)).rejects.toThrow(LeaseLostError);
});

it('says that the lease has been released, also meanwhile', async () => {
  const { locks, lease, connection, transaction } = await held();
  transaction.answer = () => {
    void lease.release();
    connection.answer = () => '0 0 0';
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
    // A timeout of the transaction's own is no silence of the server.
    ['57014', /refused to fence/],
    ['3F000', /refused to fence: .* The transaction must be in the database of the locks, and begin after the lease$/],
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

it.each([undefined, null, {}, 'begin'])('refuses %o for a transaction', async (tx) => {
  const { locks, lease } = await held();
  const outcome = locks.fence(tx as never, lease);
  await expect(outcome).rejects.toThrow(TypeError);
  await expect(outcome).rejects.toThrow(/^tx must be a transaction, with the method query or unsafe, but is /);
});
