// Transfers between accounts, all at the same time. Each one changes two balances, which takes a while. The locks of the two
// accounts are taken together, so nothing is lost, and transfers in opposite directions do not deadlock.
//
// Run it with `--without-locks` to see what happens otherwise.
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedLocks, sandboxAll } from 'valvekit';
import { printed } from './stage.ts';

const accounts = new KeyedLocks({ name: 'accounts' });

/** Runs a function while nobody else uses these accounts. */
type Guarding = (names: string[], fn: () => Promise<void>) => Promise<void>;

const withLocks: Guarding = (names, fn) =>
  sandboxAll(
    names.map((name) => accounts.mutex(name)),
    fn,
  );

const withoutLocks: Guarding = (_names, fn) => fn();

const transfers = [
  ['Ann', 'Ben', 30],
  ['Ben', 'Ann', 10],
  ['Ben', 'Cleo', 20],
  ['Cleo', 'Ann', 50],
  ['Dan', 'Eve', 40],
  ['Ann', 'Ann', 5],
  ['Eve', 'Cleo', 15],
] as const;

export async function main({ tick, watch, tell } = printed, guarding = withLocks): Promise<void> {
  const balances = new Map(['Ann', 'Ben', 'Cleo', 'Dan', 'Eve'].map((name) => [name, 100]));
  const read = (name: string) => balances.get(name) as number;
  watch(accounts);

  async function transfer(from: string, to: string, amount: number): Promise<void> {
    const who = `${from} to ${to}`;
    tell(who, 'asks', `to transfer ${amount}`);
    await guarding([from, to], async () => {
      tell(who, 'holds', 'both accounts');
      const payer = read(from) - amount;
      await sleep(5 * tick);
      balances.set(from, payer);
      const payee = read(to) + amount;
      await sleep(5 * tick);
      balances.set(to, payee);
      tell(who, 'leaves', `with ${read(from)} and ${read(to)}`);
    });
  }

  const total = () => [...balances.values()].reduce((sum, balance) => sum + balance);
  const before = total();
  await Promise.all(transfers.map(([from, to, amount]) => transfer(from, to, amount)));
  tell('the bank', 'has', `${total()} of ${before}`);
}

if (import.meta.main) await main(printed, process.argv.includes('--without-locks') ? withoutLocks : withLocks);
