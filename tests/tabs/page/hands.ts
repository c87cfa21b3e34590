import type { Acquirable, GiveUpOptions, Lease, PermitOptions } from '@valvekit/core';
import { LeaseLostError, lead, TabLocks } from '@valvekit/tabs';

/** Which lock. */
export interface Spec {
  readonly kind: 'mutex' | 'semaphore' | 'read' | 'write';
  readonly name: string;
  readonly capacity?: number;
}

/** What tests do in a tab, frame or worker. */
export class Hands {
  readonly locks = new TabLocks();
  /** What has become of each call: `waiting`, `held`, `lost: stolen`, `released`, or the name of an error. */
  readonly states: Record<string, string> = {};
  /** What has happened in `lead`, in order. */
  readonly log: string[] = [];
  /** The requests to the browser. */
  requests = 0;
  /** The most of them that were under way at a time. */
  mostAtOnce = 0;
  readonly #leases: Record<string, Lease> = {};
  readonly #aborts: Record<string, AbortController> = {};
  readonly #resigns: Record<string, () => void> = {};
  readonly #changes = new Set<() => void>();
  #underWay = 0;

  constructor() {
    this.#count();
  }

  lock({
    kind,
    name,
    capacity = 3,
  }: Spec): Acquirable<Lease, PermitOptions> & { tryAcquire(): Promise<Lease | undefined> } {
    if (kind === 'mutex') return this.locks.mutex(name) as never;
    if (kind === 'semaphore') return this.locks.semaphore(name, capacity) as never;
    return this.locks.readWriteLock(name)[kind] as never;
  }

  /** Asks for a hold, and keeps it. */
  hold(id: string, spec: Spec, options: PermitOptions = {}): void {
    const controller = new AbortController();
    this.#aborts[id] = controller;
    this.#set(id, 'waiting');
    this.lock(spec)
      .acquire({ ...options, signal: controller.signal })
      .then(
        (lease) => {
          this.#leases[id] = lease;
          lease.signal.addEventListener('abort', () => {
            const { reason } = lease.signal;
            this.#set(id, `lost: ${reason instanceof LeaseLostError ? reason.why : String(reason)}`);
          });
          this.#set(id, 'held');
        },
        (error: Error) => this.#set(id, error.name),
      );
  }

  abort(id: string): void {
    this.#aborts[id]?.abort();
  }

  async release(id: string): Promise<void> {
    await this.#leases[id]?.release().then(
      () => this.#set(id, 'released'),
      (error: Error) => this.#set(id, error.name),
    );
  }

  /** Takes a hold if it is free, and releases it. */
  async try(spec: Spec): Promise<boolean> {
    const lease = await this.lock(spec).tryAcquire();
    await lease?.release();
    return lease !== undefined;
  }

  /** Waits until a call is in a state. */
  until(id: string, state: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.states[id] !== state) return;
        this.#changes.delete(look);
        resolve();
      };
      this.#changes.add(look);
      look();
    });
  }

  /** Stands for leader. */
  lead(name: string, id: string, options: GiveUpOptions): void {
    this.#set(id, 'standing');
    let term = 0;
    const reign = async (signal: AbortSignal): Promise<void> => {
      const which = ++term;
      signal.addEventListener('abort', () => this.#set(id, `lost: ${signal.reason.name}`));
      this.#set(id, `leading ${which}`);
      // Goes on after it has lost the lead, as a slow function would.
      await new Promise<void>((resolve, reject) => {
        this.#resigns[id] = resolve;
        signal.addEventListener('abort', () => reject(new Error('unwound')));
      });
    };
    lead(name, reign, options).then(
      () => this.#set(id, 'resigned'),
      (error: Error) => this.#set(id, `over: ${error.name}`),
    );
  }

  resign(id: string): void {
    this.#resigns[id]?.();
  }

  /** Visits the witness under a lock, again and again. */
  async hammer(id: string, specs: readonly Spec[], rounds: number, weights: readonly number[] = [1]): Promise<number> {
    let visits = 0;
    for (let round = 0; round < rounds; round++) {
      const spec = specs[round % specs.length] as Spec;
      const weight = weights[round % weights.length] as number;
      const { kind, name, capacity = 3 } = spec;
      const all = kind === 'semaphore' ? capacity : kind === 'mutex' ? 1 : 1000;
      const permits = kind === 'semaphore' ? weight : kind === 'write' ? 1000 : 1;
      const visit = `${id}.${round}`;
      const query = `lock=${kind === 'read' || kind === 'write' ? 'lock' : kind} ${name}&id=${visit}&permits=${permits}&capacity=${all}`;
      const options = kind === 'semaphore' ? { permits: weight } : {};
      await this.lock(spec).sandbox(async () => {
        await fetch(`/enter?${query}`);
        await fetch(`/leave?${query}`);
      }, options);
      visits++;
    }
    return visits;
  }

  #set(id: string, state: string): void {
    this.states[id] = state;
    this.log.push(`${id} ${state}`);
    for (const look of Array.from(this.#changes)) look();
  }

  #count(): void {
    const { request } = LockManager.prototype;
    const counted = (manager: LockManager, args: unknown[]): unknown => {
      const grant = args.pop() as LockGrantedCallback<unknown>;
      let isUnderWay = true;
      const end = (): void => {
        if (isUnderWay) this.#underWay--;
        isUnderWay = false;
      };
      this.requests++;
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#underWay);
      const answer = (lock: Lock | null): unknown => {
        end();
        return grant(lock);
      };
      const ended = Reflect.apply(request, manager, [...args, answer]) as Promise<unknown>;
      ended.catch(end);
      return ended;
    };
    LockManager.prototype.request = function (this: LockManager, ...args: unknown[]) {
      return counted(this, args);
    } as never;
  }
}
