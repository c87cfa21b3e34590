import type { ASemaphore } from 'valvekit';
import { ASemaphoreModel } from '../models/asemaphore.ts';
import type { Environment } from './environment.ts';
import { ModelSubject } from './model-subject.ts';
import { type Program, wordsOf } from './program.ts';
import { type Library, RealSubject } from './real-subject.ts';
import type { Host } from './subject.ts';

export class RealASemaphore extends RealSubject {
  private readonly asemaphore: ASemaphore;

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super(program, host, environment);
    this.asemaphore = library.createASemaphore(program.capacity ?? 0, (args) => host.fire(String(args)));
  }

  ask(id: string, told: (refusal?: string) => void): void {
    this.follow(this.asemaphore.wait(this.options(id)), told);
  }

  try(): boolean {
    throw new Error('an ASemaphore has no try');
  }

  cancel(): void {
    this.asemaphore.cancel();
  }

  over(): void {
    this.asemaphore.p('over');
  }

  override other(action: string): void {
    const [verb, args] = wordsOf(action);
    if (verb === 'v') this.asemaphore.v(Number(args));
    else if (verb === 'p') this.asemaphore.p(args);
    else super.other(action);
  }

  state(): string {
    return `count=${this.asemaphore.count} waiting=${this.asemaphore.waiting}`;
  }

  protected unlock(): void {}
}

export class ModeledASemaphore extends ModelSubject<ASemaphoreModel> {
  constructor(program: Program, host: Host) {
    super(program, host, new ASemaphoreModel(program.capacity ?? 0, (args) => host.fire(args)));
  }

  release(): void {}

  over(): void {
    this.model.p('over');
  }

  override other(action: string): void {
    const [verb, args] = wordsOf(action);
    if (verb === 'v') this.model.v(Number(args));
    else if (verb === 'p') this.model.p(args);
    else super.other(action);
  }
}
