import type { Ask } from '../models/ask.ts';
import type { LineModel } from '../models/line.ts';
import { isGuarded, type Program } from './program.ts';
import type { Host, Subject } from './subject.ts';

/** A model behind the same interface as the real primitive. */
export abstract class ModelSubject<Model extends LineModel> implements Subject {
  protected readonly program: Program;
  protected readonly model: Model;
  protected readonly asks: Map<string, Ask> = new Map();
  private readonly host: Host;

  constructor(program: Program, host: Host, model: Model) {
    this.program = program;
    this.host = host;
    this.model = model;
    model.report = (error) => host.report(error);
  }

  ask(id: string, told: (refusal?: string) => void): void {
    this.model.ask(this.request(id, told));
  }

  try(id: string): boolean {
    // A try has no signal, and counts as priority 0.
    const { signal: _signal, priority: _priority, ...ask } = this.request(id, () => {});
    this.asks.set(id, ask);
    return this.model.try(ask);
  }

  abstract release(id: string): void;
  abstract over(): void;

  again(): void {}

  abort(signal: number): void {
    this.model.aborted.add(signal);
    if (!this.host.early(signal)) this.model.abort(signal);
  }

  expire(id: string): void {
    const ask = this.asks.get(id);
    if (ask) this.model.giveUp(ask, 'timeout');
  }

  cancel(): void {
    this.model.cancel();
  }

  other(action: string): void {
    throw new Error(`unknown: ${action}`);
  }

  state(): string {
    return this.model.state();
  }

  resources(): string {
    const waiting = [...this.asks].filter(([, ask]) => this.model.isWaiting(ask)).map(([id]) => id);
    const requests = waiting.map((id) => this.program.requests[id]);
    const timers = requests.filter((request) => request?.patience === 'timed').length;
    const signals = new Set(requests.map((request) => request?.signal).filter((signal) => signal !== undefined));
    return `timers=${timers} listening=${[...signals].sort((a, b) => a - b).join()}`;
  }

  protected request(id: string, told: (refusal?: string) => void): Ask {
    const request = this.program.requests[id] ?? {};
    const { kind, permits, priority, signal, patience } = request;
    const ask: Ask = {
      kind: kind ?? 'read',
      ...(permits !== undefined && { permits }),
      ...(priority !== undefined && { priority }),
      ...(signal !== undefined && { signal }),
      impatient: patience === 'impatient',
      guarded: isGuarded(request),
      told,
    };
    this.asks.set(id, ask);
    return ask;
  }
}
