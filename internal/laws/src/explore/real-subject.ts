import { getEventListeners } from 'node:events';
import type { Guard } from 'valvekit';
import type { Environment } from './environment.ts';
import { type Program, type Request, signalsOf, timeoutOf } from './program.ts';
import type { Host, Subject } from './subject.ts';

/** The published names, from wherever they are loaded. */
export type Library = typeof import('valvekit');

export interface Options {
  timeout?: number;
  signal?: AbortSignal;
  priority?: number;
  permits?: number;
}

/** A real primitive. Turns the words of a program into signals and options, and errors into words. */
export abstract class RealSubject<G extends Guard = Guard> implements Subject {
  protected readonly program: Program;
  protected readonly guards: Map<string, G> = new Map();
  protected readonly ends: Map<string, () => void> = new Map();
  private readonly environment: Environment;
  private readonly signals: Map<number, AbortController> = new Map();

  constructor(program: Program, host: Host, environment: Environment) {
    this.program = program;
    this.environment = environment;
    environment.report = (error) => host.report(error);
    for (const signal of signalsOf(program)) {
      const controller = new AbortController();
      this.signals.set(signal, controller);
      controller.signal.addEventListener('abort', (event) => {
        if (host.early(signal)) event.stopImmediatePropagation();
      });
      this.watch(controller.signal);
    }
  }

  abstract ask(id: string, told: (refusal?: string) => void): void;
  abstract try(id: string): boolean;
  abstract cancel(): void;
  abstract over(): void;
  abstract state(): string;
  /** Releases what a bare verb took. */
  protected abstract unlock(request: Request): void;

  release(id: string): void {
    const guard = this.guards.get(id);
    const end = this.ends.get(id);
    if (end) end();
    else if (guard) guard.release();
    else this.unlock(this.request(id));
  }

  again(id: string): void {
    this.guards.get(id)?.release();
  }

  abort(signal: number): void {
    this.signals.get(signal)?.abort(new Error(`abort ${signal}`));
  }

  expire(id: string): void {
    this.environment.fire(timeoutOf(this.program, id));
  }

  other(action: string): void {
    throw new Error(`unknown: ${action}`);
  }

  resources(): string {
    const listening = [...this.signals].filter(([, { signal }]) => getEventListeners(signal, 'abort').length > 1);
    return `timers=${this.environment.timers.size} listening=${listening
      .map(([signal]) => signal)
      .sort((a, b) => a - b)
      .join()}`;
  }

  protected request(id: string): Request {
    return this.program.requests[id] ?? {};
  }

  protected options(id: string): Options {
    const { permits, priority, signal, patience } = this.request(id);
    const controller = signal === undefined ? undefined : this.signals.get(signal);
    return {
      ...(patience && { timeout: patience === 'timed' ? timeoutOf(this.program, id) : 0 }),
      ...(controller && { signal: controller.signal }),
      ...(permits !== undefined && { permits }),
      ...(priority !== undefined && { priority }),
    };
  }

  /** Keeps the guard of a try. Returns whether there is one. */
  protected keep(id: string, guard: G | undefined): boolean {
    if (guard) this.guards.set(id, guard);
    return guard !== undefined;
  }

  /** Passes on how a promise settles. */
  protected follow(promise: Promise<unknown>, told: (refusal?: string) => void): void {
    promise.then(
      () => told(),
      (error: unknown) => told(refusalOf(error)),
    );
  }

  /** A hold of the scoped layer, by a guard or a sandbox. */
  protected scoped(
    id: string,
    told: (refusal?: string) => void,
    lock: {
      acquire(options: Options): Promise<G>;
      sandbox(fn: () => PromiseLike<void>, options: Options): Promise<void>;
    },
  ): void {
    if (this.request(id).form === 'sandbox') {
      const fn = () => new Promise<void>((resolve) => this.start(id, resolve, told));
      lock.sandbox(fn, this.options(id)).catch((error: unknown) => told(refusalOf(error)));
    } else {
      const keep = lock.acquire(this.options(id)).then((guard) => this.guards.set(id, guard));
      this.follow(keep, told);
    }
  }

  private watch(signal: AbortSignal): void {
    for (const name of ['addEventListener', 'removeEventListener'] as const) {
      const method = signal[name];
      signal[name] = (...args: Parameters<typeof method>) => {
        this.environment.cross(name);
        method.apply(signal, args);
      };
    }
  }

  private start(id: string, end: () => void, told: () => void): void {
    this.ends.set(id, end);
    told();
  }
}

/** The word for an error that ends a wait. */
export function refusalOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  const { name, message } = error as Error;
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'AbortError') return 'cancel';
  return name === 'Error' ? message : name;
}
