import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Narrator } from './narrator.ts';
import type { News, Order, Task } from './worker.ts';

// A paused process would outlive its parent.
const running = new Set<ChildProcess>();

/** Ends all, the paused one too. */
export function endWorkers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A process that pays, seen from outside. */
export class WorkerProcess {
  readonly #narrator: Narrator;
  readonly #process: ChildProcess;
  readonly #heard = new EventEmitter();
  #isAnswered = true;
  #payment: Promise<void> | undefined;

  constructor(task: Task, narrator: Narrator) {
    this.#narrator = narrator;
    this.#process = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(task)]);
    running.add(this.#process);
    this.#process.on('message', (news: News) => {
      if (news === 'approve?') void this.#ask();
      else if (news === 'done') this.#heard.emit('done');
      else narrator.tell(task.name, ...news.event);
    });
  }

  /** Pays an invoice, with a bank that says yes. */
  async pay(invoice: number): Promise<void> {
    const done = once(this.#heard, 'done');
    this.#send({ pay: invoice });
    await done;
  }

  /** Comes as far as the bank, which does not answer. */
  async beginToPay(invoice: number): Promise<void> {
    this.#isAnswered = false;
    const asked = once(this.#heard, 'asked');
    this.#payment = this.pay(invoice);
    await asked;
  }

  /** Ends, as if the machine had failed. */
  end(): void {
    this.#process.kill('SIGKILL');
  }

  /** Stops, as in a long garbage collection, or when a laptop sleeps. */
  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  /** Goes on where it stopped, hears from the bank, and ends what it has begun. */
  async goOn(): Promise<void> {
    this.#isAnswered = true;
    this.#process.kill('SIGCONT');
    this.#send('approved');
    await this.#payment;
  }

  async #ask(): Promise<void> {
    this.#heard.emit('asked');
    if (!this.#isAnswered) return;
    await sleep(10 * this.#narrator.tick);
    this.#send('approved');
  }

  #send(order: Order): void {
    this.#process.send(order);
  }
}
