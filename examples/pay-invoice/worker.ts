// One of the processes of pay-invoice.ts. It pays the invoices that it is told to, and asks its parent, who plays the bank.
import { once } from 'node:events';
import { LeaseLostError, PostgresLocks } from '@valvekit/postgres';
import { Pool } from 'pg';
import { Payments } from './payments.ts';

/** What a worker has to know. */
export interface Task {
  readonly name: string;
  readonly database: object;
  readonly lease: number;
  readonly isFenced: boolean;
}

/** What it tells: an event, or that it asks the bank, or that an invoice is done. */
export type News = { readonly event: readonly [does: string, detail?: string] } | 'approve?' | 'done';

/** What it is told: to pay an invoice, or what the bank says. */
export type Order = { readonly pay: number } | 'approved';

const { name, database, lease, isFenced } = JSON.parse(process.argv[2] as string) as Task;
const pool = new Pool(database).on('error', () => {});
const locks = new PostgresLocks(pool, { lease, label: name });
const payments = new Payments(pool, locks, { approve: askBank }, isFenced);

process.on('message', (order: Order) => {
  if (order !== 'approved') void pay(order.pay);
});

async function pay(invoice: number): Promise<void> {
  tell({ event: ['asks', `for invoice ${invoice}`] });
  try {
    const isNew = await payments.pay(invoice);
    tell({ event: ['leaves', isNew ? `and has paid invoice ${invoice}` : `because invoice ${invoice} is paid`] });
    tell('done');
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    tell({ event: ['gives up', isFenced ? 'as the server refuses it' : 'too late: it has paid'] });
    await pay(invoice);
  }
}

async function askBank(invoice: number): Promise<void> {
  tell({ event: ['holds', `invoice ${invoice}, and asks the bank`] });
  tell('approve?');
  await once(process, 'message');
}

function tell(news: News): void {
  process.send?.(news);
}
