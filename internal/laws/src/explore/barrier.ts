import type { Barrier } from 'valvekit';
import { BarrierModel, type Condition } from '../models/barrier.ts';
import type { Environment } from './environment.ts';
import { ModelSubject } from './model-subject.ts';
import { type Program, type Request, wordsOf } from './program.ts';
import { type Library, RealSubject, refusalOf } from './real-subject.ts';
import type { Host } from './subject.ts';

export class RealBarrier extends RealSubject {
  private readonly barrier: Barrier<unknown>;

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super(program, host, environment);
    this.barrier = library.createBarrier<unknown>(program.ticket);
  }

  ask(id: string, told: (refusal?: string) => void): void {
    const { form = 'callback', condition = '' } = this.request(id);
    if (form === 'promise') this.follow(this.barrier.wait(condition, this.options(id)), told);
    else this.barrier.wait(condition, (error) => told(refusalOf(error)), this.options(id));
  }

  try(): boolean {
    throw new Error('a barrier has no try');
  }

  cancel(): void {
    this.barrier.cancel();
  }

  over(): void {
    throw new Error('a barrier has nothing to release');
  }

  override other(action: string): void {
    const [verb, ticket] = wordsOf(action);
    if (verb !== 'set') super.other(action);
    this.barrier.set(ticket);
  }

  state(): string {
    return `get=${String(this.barrier.get())} waiting=${this.barrier.waiting}`;
  }

  protected unlock(): void {}
}

export class ModeledBarrier extends ModelSubject<BarrierModel> {
  constructor(program: Program, host: Host) {
    super(program, host, new BarrierModel(program.ticket));
  }

  override ask(id: string, told: (refusal?: string) => void): void {
    const request = this.program.requests[id] ?? {};
    const { condition } = request;
    const isTest = typeof condition === 'function' || condition instanceof RegExp;
    const ask: Condition = { ...this.request(id, told), matches: matching(request), isTest };
    this.asks.set(id, ask);
    this.model.ask(ask);
  }

  release(): void {}

  over(): void {
    throw new Error('a barrier has nothing to release');
  }

  override other(action: string): void {
    const [verb, ticket] = wordsOf(action);
    if (verb !== 'set') super.other(action);
    this.model.set(ticket);
  }
}

function matching({ condition = '' }: Request): (ticket: unknown) => boolean {
  if (typeof condition === 'function') return condition;
  if (condition instanceof RegExp) return (ticket) => new RegExp(condition.source).test(String(ticket));
  return (ticket) => (Array.isArray(condition) ? condition : [condition]).includes(String(ticket));
}
