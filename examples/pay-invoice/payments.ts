// What a program would write: a payment that happens once, whatever happens to the processes that try.
import type { FencedLease, PostgresLocks } from '@valvekit/postgres';
import type { Pool } from 'pg';

/** Whom a payment has to wait for. */
export interface Bank {
  approve(invoice: number): Promise<void>;
}

/** Pays invoices. Any number of processes may try to pay the same one. */
export class Payments {
  readonly #pool: Pool;
  readonly #locks: PostgresLocks;
  readonly #bank: Bank;
  readonly #isFenced: boolean;

  /** @param isFenced - false shows what happens without a fence */
  constructor(pool: Pool, locks: PostgresLocks, bank: Bank, isFenced = true) {
    this.#pool = pool;
    this.#locks = locks;
    this.#bank = bank;
    this.#isFenced = isFenced;
  }

  /**
   * Pays an invoice, and answers whether it was still to be paid.
   *
   * @throws {LeaseLostError} if another process may have paid it meanwhile; nothing has been booked, so try again
   */
  pay(invoice: number): Promise<boolean> {
    return this.#locks.mutex(`invoice ${invoice}`).sandbox(async (lease) => {
      const { rowCount } = await this.#pool.query('select from payment where invoice = $1', [invoice]);
      if (rowCount !== 0) return false;
      // However long this takes, and whatever happens to this process meanwhile, …
      await this.#bank.approve(invoice);
      await this.#book(invoice, lease);
      return true;
    });
  }

  async #book(invoice: number, lease: FencedLease): Promise<void> {
    const tx = await this.#pool.connect();
    try {
      await tx.query('begin');
      // … from here to the commit the lock is ours, or the server refuses.
      if (this.#isFenced) await this.#locks.fence(tx, lease);
      await tx.query('insert into payment values ($1)', [invoice]);
      await tx.query('commit');
    } catch (error) {
      await tx.query('rollback');
      throw error;
    } finally {
      tx.release();
    }
  }
}
