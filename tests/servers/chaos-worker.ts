// One process of the chaos: adds to two counters under the lock, with pauses.
import { LeaseLostError } from '@valvekit/core';
import { openLedger } from './chaos-ledgers.ts';
import { sleep } from './environment.ts';

const [, , engine = '', port = ''] = process.argv;
const ledger = openLedger(engine, Number(port), { lease: 1000, label: String(process.pid) });
let isOver = false;
// However late this process comes to hear it.
process.stdin.on('end', () => (isOver = true)).resume();

function tell(what: 'ready' | 'refused' | 'lost' | 'end'): void {
  process.stdout.write(`${what}\n`);
}

tell('ready');
while (!isOver) {
  try {
    await ledger.locks.mutex('chaos').sandbox(async (lease) => {
      const plain = await ledger.plain();
      const isDone = await ledger.add(lease, () => sleep(Math.random() * 60));
      if (!isDone) tell('refused');
      lease.check();
      await ledger.setPlain(plain + 1);
    });
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    tell('lost');
  }
}
await ledger.close();
tell('end');
