// A process with locks, which a test drives: it is told what to do, and tells what happened.
import { LeaseLostError } from '@valvekit/core';
import type { FencedLease } from '@valvekit/lease';
import { open } from './clients.ts';

/** What a test asks for. */
export type Order =
  | { readonly do: 'acquire'; readonly name: string; readonly isAlone?: boolean }
  | { readonly do: 'check' }
  | { readonly do: 'release' }
  | { readonly do: 'end' };

/** What the process answers. */
export type News =
  | { readonly is: 'ready' | 'released' | 'kept' }
  | { readonly is: 'holding'; readonly token: number }
  | { readonly is: 'lost'; readonly why: string };

const [, , name = '', port = '', lease = ''] = process.argv;
const opened = await open(name, Number(port));
const locks = opened.locks({ lease: Number(lease), label: String(process.pid) });
let held: FencedLease | undefined;

function tell(news: News): void {
  process.send?.(news);
}

async function obey(order: Order): Promise<void> {
  if (order.do === 'acquire') {
    // Then nothing but its wait keeps the process alive.
    if (order.isAlone) process.channel?.unref();
    held = await locks.mutex(order.name).acquire();
    process.channel?.ref();
    tell({ is: 'holding', token: held.token });
  } else if (order.do === 'check') {
    try {
      held?.check();
      tell({ is: 'kept' });
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      tell({ is: 'lost', why: error.why });
    }
  } else if (order.do === 'release') {
    try {
      await held?.release();
      tell({ is: 'released' });
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      tell({ is: 'lost', why: error.why });
    }
  } else {
    await locks.close();
    await opened.close();
    // What is left must not keep the process alive.
    process.disconnect();
  }
}

process.on('message', (order: Order) => void obey(order));
tell({ is: 'ready' });
