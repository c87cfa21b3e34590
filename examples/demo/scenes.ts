// The examples that the demo plays, in order.
import * as connectionPool from '../connection-pool.ts';
import * as moneyTransfer from '../money-transfer.ts';
import * as priceCache from '../price-cache.ts';
import * as renderPage from '../render-page.ts';
import * as sandboxDemo from '../sandbox-demo.ts';
import type { Stage } from '../stage.ts';
import * as startUp from '../start-up.ts';
import * as tenTimers from '../ten-timers.ts';
import * as tokenRefresh from '../token-refresh.ts';
import * as usingGuards from '../using-guards.ts';
import { playInOwnProcess } from './own-process.ts';

export interface Scene {
  primitive: string;
  title: string;
  file: string;
  play(stage: Stage): Promise<void>;
}

/** Without a live view, a hundred items would print too many lines. */
const someItems = { main: (stage: Stage) => sandboxDemo.main(stage, process.stdout.isTTY ? 100 : 20) };

/** It has processes of its own, and a server. */
const payInvoice = { main: (stage: Stage) => playInOwnProcess('pay-invoice.ts', stage) };

export const scenes: Scene[] = [
  scene('Mutex', 'a token, fetched once for all who need it', 'token-refresh.ts', tokenRefresh),
  scene('ReadWriteLock', 'a cache with many readers and an update', 'price-cache.ts', priceCache),
  scene('Semaphore', 'five connections for fourteen queries', 'connection-pool.ts', connectionPool),
  scene('Semaphore', 'many items, five at a time, most fail', 'sandbox-demo.ts', someItems),
  scene('KeyedLocks', 'transfers under the locks of both accounts', 'money-transfer.ts', moneyTransfer),
  scene('Barrier', 'parts that wait for the state they need', 'start-up.ts', startUp),
  scene('ASemaphore', 'ten timers, one notification', 'ten-timers.ts', tenTimers),
  scene('ASemaphore', 'a web page of several parts', 'render-page.ts', renderPage),
  scene('Guards', '`using` gives back what was held', 'using-guards.ts', usingGuards),
  scene('PostgresLocks', 'two processes, one killed, one paused', 'pay-invoice.ts', payInvoice),
];

function scene(primitive: string, title: string, file: string, { main }: { main(stage: Stage): Promise<void> }): Scene {
  return { primitive, title, file, play: (stage) => main(stage) };
}
