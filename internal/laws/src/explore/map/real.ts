import { getEventListeners } from 'node:events';
import type { Semaphore } from 'valvekit';
import type { Environment } from '../environment.ts';
import { type Library, refusalOf } from '../real-subject.ts';
import type { MapAction, MapProgram } from './program.ts';

interface Settlers {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** A real `map` or `stream`, and all around it. */
export class RealMap {
  private readonly program: MapProgram;
  private readonly environment: Environment;
  private readonly semaphore: Semaphore;
  private readonly controller = new AbortController();
  private readonly results: AsyncIterator<unknown> | undefined;
  private readonly others: string[] = [];
  private readonly started: number[] = [];
  private readonly answers: string[] = [];
  private readonly running: Map<number, Settlers> = new Map();
  private read: Settlers | undefined;
  private reads = 0;
  private closed = 0;
  /** By others. */
  private held: number;

  constructor(program: MapProgram, environment: Environment, library: Library) {
    this.program = program;
    this.environment = environment;
    this.semaphore = library.createSemaphore(program.capacity ?? 1);
    this.held = program.taken ?? 0;
    if (this.held > 0) this.semaphore.tryTake(this.held);
    const { early = [], primitive } = program;
    this.controller.signal.addEventListener('abort', () => {
      for (const action of early) if (this.allows(action)) this.do(action);
    });
    const options = {
      ...(program.isTimed && { timeout: 1000 }),
      ...(program.hasSignal && { signal: this.controller.signal }),
      ...(program.priority !== undefined && { priority: program.priority }),
      ...(program.ordered !== undefined && { ordered: program.ordered }),
      ...(program.buffer !== undefined && { buffer: program.buffer }),
    };
    const fn = (_: unknown, index: number): unknown => this.call(index);
    const source = this.source() as Iterable<number>;
    if (primitive === 'stream') {
      this.results = library.stream(this.semaphore, source, fn, options);
    } else {
      this.follow(library.map(this.semaphore, source, fn, options).then((results) => `[${results.join(' ')}]`));
    }
  }

  do(action: MapAction): void {
    const [verb, argument] = action.split(' ');
    const number = Number(argument);
    if (verb === 'next') this.next();
    else if (verb === 'return') void this.results?.return?.();
    else if (verb === 'source') this.arrive();
    else if (verb === 'end') this.running.get(number)?.resolve(`value ${number}`);
    else if (verb === 'fail') this.running.get(number)?.reject(new Error(`failure ${number}`));
    else if (verb === 'take') this.take();
    else if (verb === 'release') this.release();
    else if (verb === 'capacity') this.semaphore.capacity = number;
    else if (verb === 'abort') this.controller.abort(new Error('abort'));
    else if (verb === 'expire') this.environment.fire(1000);
    else if (verb === 'cancel') this.semaphore.cancel();
    else throw new Error(`unknown: ${action}`);
  }

  state(): string {
    const { available, waiting } = this.semaphore;
    const isListening = getEventListeners(this.controller.signal, 'abort').length > 1;
    return [
      `available=${available} waiting=${waiting}`,
      `reads=${this.reads} closed=${this.closed}`,
      `started=${this.started.join()}`,
      `answers=${this.answers.join()}`,
      `others=${this.others.join()}`,
      `timers=${this.environment.timers.size} listening=${isListening}`,
    ].join(' | ');
  }

  // Others must not release what they do not hold.
  private allows(action: MapAction): boolean {
    return action !== 'release' || this.held > 0;
  }

  private source(): object {
    const { kind = 'sync', source } = this.program;
    const step = (index: number): object => {
      if (source[index] === 'throw') throw new Error('source');
      return { done: source[index] === 'end', value: index };
    };
    const next = (): unknown => {
      const index = this.reads++;
      if (kind === 'sync' && index < source.length) return step(index);
      return new Promise((resolve, reject) => {
        this.read = { resolve: () => resolve(new Promise((done) => done(step(index)))), reject };
      });
    };
    const close = (): object => {
      this.closed++;
      return {};
    };
    return { [kind === 'sync' ? Symbol.iterator : Symbol.asyncIterator]: () => ({ next, return: close }) };
  }

  private arrive(): void {
    if (this.reads <= this.program.source.length) this.read?.resolve(undefined);
  }

  private call(index: number): unknown {
    this.started.push(index);
    const { calls = [] } = this.program;
    if (calls[index] === 'value') return `value ${index}`;
    if (calls[index] === 'throw') throw new Error(`failure ${index}`);
    if (calls[index] === 'reject') return Promise.reject(new Error(`failure ${index}`));
    return new Promise((resolve, reject) => this.running.set(index, { resolve, reject }));
  }

  private next(): void {
    const { results } = this;
    if (results !== undefined) this.follow(results.next().then(({ done, value }) => (done ? 'done' : String(value))));
  }

  private take(): void {
    const id = this.others.push('waiting') - 1;
    this.semaphore.take((error) => {
      this.others[id] = refusalOf(error) ?? 'granted';
      if (error === undefined) this.held++;
    });
  }

  private release(): void {
    this.held--;
    this.semaphore.release();
  }

  private follow(promise: Promise<string>): void {
    const id = this.answers.push('pending') - 1;
    promise.then(
      (outcome) => {
        this.answers[id] = outcome;
      },
      (error: unknown) => {
        this.answers[id] = refusalOf(error) ?? 'undefined';
      },
    );
  }
}
