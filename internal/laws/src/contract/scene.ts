import { rest } from '../rest.ts';
import type { Acquirable, Guard, Lease, PermitOptions } from './acquirable.ts';
import { Call, type Form, outcomesOf } from './call.ts';
import { check, equal } from './check.ts';
import type { ContractSubject, ContractUnderTest } from './subject.ts';

/** A new lock and the calls that a law makes on it. */
export class Scene {
  readonly #subject: ContractSubject;
  readonly #under: ContractUnderTest;
  readonly #calls: Call[] = [];
  readonly #others: Scene[] = [];

  private constructor(subject: ContractSubject, under: ContractUnderTest) {
    this.#subject = subject;
    this.#under = under;
  }

  static async open(subject: ContractSubject): Promise<Scene> {
    return new Scene(subject, await subject.make());
  }

  get #isBounded(): boolean {
    return this.capacity !== Number.POSITIVE_INFINITY;
  }

  get capacity(): number {
    return this.#subject.capacity ?? 1;
  }

  get lock(): Acquirable<Guard | Lease, PermitOptions> {
    return this.#under.lock;
  }

  /** The second handle, or the first where there is none. */
  get other(): Acquirable {
    return this.#under.other ?? this.#under.lock;
  }

  get rival(): Acquirable | undefined {
    return this.#under.rival;
  }

  /** Milliseconds to wait where a law needs a timeout. */
  get timeout(): number {
    return this.#under.timeout ?? 20;
  }

  get hasClock(): boolean {
    return this.#under.advance !== undefined;
  }

  /** How many timers the lock has set, if that is known. */
  get timers(): number {
    return this.#under.timers?.() ?? 0;
  }

  /** Another lock of the same kind. */
  async another(): Promise<Scene> {
    const scene = await Scene.open(this.#subject);
    this.#others.push(scene);
    return scene;
  }

  settle(): Promise<void> {
    return this.#under.settle();
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    if (this.#under.advance) await this.#under.advance(ms);
    else await new Promise((resolve) => void setTimeout(resolve, ms));
    await this.settle();
  }

  async lose(lease: Lease): Promise<void> {
    await this.#under.lose?.(lease);
    await this.settle();
  }

  /** Calls `acquire` or `sandbox`, on the first handle unless told otherwise. */
  ask(form: Form = 'acquire', options?: PermitOptions, lock: Acquirable = this.lock): Call {
    const call = new Call(lock, form, options);
    this.#calls.push(call);
    return call;
  }

  /** Calls for a hold that has to wait while the lock is held: the rival's, where any number of holders fit. */
  askToBlock(): Call {
    return this.ask('acquire', undefined, this.#isBounded ? this.lock : this.rival);
  }

  /** Takes the lock, so that every call has to wait. Returns its holders. */
  async block(): Promise<Call[]> {
    const length = this.#isBounded ? this.capacity : 1;
    const holders = Array.from({ length }, () => this.askToBlock());
    await this.settle();
    check(
      holders.every(({ isInside }) => isInside),
      `the lock must be free, but its calls are ${outcomesOf(holders).join()}`,
    );
    return holders;
  }

  /** Releases these holds at the same time. */
  async release(calls: readonly Call[]): Promise<void> {
    await Promise.all(calls.map((call) => call.release()));
    await this.settle();
  }

  /** Releases one hold after the other, until no call waits. Returns the places of the calls in the order of grants. */
  async serve(holders: readonly Call[], calls: readonly Call[]): Promise<number[]> {
    const order: Call[] = calls.filter(({ isInside }) => isInside);
    const inside = [...holders, ...order];
    for (let next = inside.shift(); next !== undefined; next = inside.shift()) {
      await this.release([next]);
      const granted = calls.filter((call) => call.isInside && !order.includes(call));
      order.push(...granted);
      inside.push(...granted);
    }
    return order.map((call) => calls.indexOf(call));
  }

  /** Releases all holds. Afterwards every call has settled once, and the lock is as free as a new one. */
  async finish(): Promise<void> {
    await this.settle();
    const holders = (): Call[] => this.#calls.filter(({ isInside }) => isInside);
    for (let inside = holders(); inside.length > 0; inside = holders()) await this.release(inside);
    for (const { outcomes } of this.#calls) equal(outcomes.length, 1, 'outcomes of a call');
    await this.release(await this.block());
    equal(this.timers, 0, 'pending timers');
    for (const other of this.#others) await other.finish();
  }

  async close(): Promise<void> {
    for (const other of this.#others) await other.close();
    await this.#under.close?.();
    await rest();
  }
}
