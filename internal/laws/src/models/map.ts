import type { MapAction, MapProgram } from '../explore/map/program.ts';

/** A consumer's request, or the promise of `map`. */
type Answer = string;

/** `map` and `stream` over a semaphore that others use, too, in plain arrays and counters. */
export class MapModel {
  private readonly program: MapProgram;
  // The semaphore.
  private capacity: number;
  private taken: number;
  private line: ('run' | number)[] = [];
  private readonly others: string[] = [];
  private othersHold: number;
  // The source.
  private reads = 0;
  private arrived = 0;
  private closed = 0;
  private isSourceOver = false;
  // The run.
  private stage: 'idle' | 'reading' | 'in hand' | 'waiting' | 'over' = 'idle';
  private isBegun = false;
  private isAborted = false;
  private isListening = false;
  private readonly started: number[] = [];
  private running: number[] = [];
  // Calls whose promises are rejected already; that arrives when everything is at rest.
  private readonly rejected: number[] = [];
  // What the consumer gets: by the index of its item, or as it came.
  private outcomes: (string | undefined)[] = [];
  private arrivals = 0;
  private given = 0;
  private isDone = false;
  private readonly answers: Answer[] = [];
  private isDeciding = false;
  private isGranted = false;

  constructor(program: MapProgram) {
    this.program = program;
    this.capacity = program.capacity ?? 1;
    this.taken = program.taken ?? 0;
    this.othersHold = this.taken;
    if (program.primitive === 'map') {
      this.answers.push('pending');
      this.begin();
      this.settleRejected();
    }
  }

  /** Whether it can happen now. */
  allows(action: MapAction): boolean {
    const [verb, number] = action.split(' ');
    if (verb === 'source') return this.stage === 'reading' || (this.stage === 'over' && this.isPending);
    if (verb === 'end' || verb === 'fail') return this.running.includes(Number(number));
    if (verb === 'release') return this.othersHold > 0;
    if (verb === 'expire') return this.program.isTimed === true && this.line.includes('run');
    return true;
  }

  /** Does it, and lets everything come to rest. */
  do(action: MapAction): void {
    this.act(action);
    this.settleRejected();
  }

  private settleRejected(): void {
    for (let index = this.rejected.shift(); index !== undefined; index = this.rejected.shift()) this.fail(index);
  }

  private act(action: MapAction): void {
    const [verb, argument] = action.split(' ');
    const number = Number(argument);
    if (verb === 'next') this.next();
    else if (verb === 'return') this.leave();
    else if (verb === 'source') this.arrive();
    else if (verb === 'end') this.end(number, `value ${number}`);
    else if (verb === 'fail') this.fail(number);
    else if (verb === 'take') this.join(this.others.push('waiting') - 1);
    else if (verb === 'release') this.giveBack(true);
    else if (verb === 'capacity') this.resize(number);
    else if (verb === 'abort') this.abort();
    else if (verb === 'expire') this.refuse('timeout');
    else if (verb === 'cancel') this.cancel();
    else throw new Error(`unknown: ${action}`);
  }

  /** Everything that can be seen from outside. */
  state(): string {
    return [
      `available=${this.capacity - this.taken} waiting=${this.line.length}`,
      `reads=${this.reads} closed=${this.closed}`,
      `started=${this.started.join()}`,
      `answers=${this.answers.join()}`,
      `others=${this.others.join()}`,
      `timers=${this.program.isTimed && this.line.includes('run') ? 1 : 0} listening=${this.isListening}`,
    ].join(' | ');
  }

  // The semaphore.

  private join(who: 'run' | number): void {
    const place = this.placeOf(who);
    if (place === 0 && this.taken < this.capacity) this.grant(who);
    else this.line.splice(place, 0, who);
  }

  private placeOf(who: 'run' | number): number {
    const priority = (each: 'run' | number) => (each === 'run' ? (this.program.priority ?? 0) : 0);
    const place = this.line.findIndex((each) => priority(each) < priority(who));
    return place < 0 ? this.line.length : place;
  }

  private grant(who: 'run' | number): void {
    this.taken++;
    if (who === 'run') this.isGranted = true;
    else {
      this.others[who] = 'granted';
      this.othersHold++;
    }
  }

  private giveBack(isByOthers = false): void {
    if (isByOthers) this.othersHold--;
    this.taken--;
    this.drain();
  }

  /** All grants are decided before the run goes on. */
  private drain(): void {
    while (this.line.length > 0 && this.taken < this.capacity) this.grant(this.line.shift() as 'run' | number);
    this.goOn();
  }

  private resize(capacity: number): void {
    this.capacity = capacity;
    this.drain();
  }

  private cancel(): void {
    const line = this.line;
    this.line = [];
    for (const who of line) if (who !== 'run') this.others[who] = 'cancel';
    if (line.includes('run')) this.failAt(this.started.length, 'cancel');
  }

  private refuse(reason: string): void {
    this.line = this.line.filter((who) => who !== 'run');
    this.failAt(this.started.length, reason);
    this.drain();
  }

  // The run.

  private begin(): void {
    this.isBegun = true;
    this.isListening = this.program.hasSignal === true;
    this.goOn();
  }

  private goOn(): void {
    if (!this.isBegun || this.isDeciding) return;
    this.isDeciding = true;
    while (this.step());
    this.isDeciding = false;
    if (this.stage === 'over' && this.running.length === 0 && this.program.primitive === 'map') this.settle('results');
    this.answer();
  }

  private step(): boolean {
    if (this.isAborted) this.failAt(0, 'abort');
    if (this.isGranted) {
      this.isGranted = false;
      if (this.stage === 'waiting' && this.hasRoom) this.start();
      else {
        if (this.stage === 'waiting') this.stage = 'in hand';
        this.giveBack();
      }
      return true;
    }
    if (this.stage === 'idle') {
      this.stage = 'reading';
      this.reads++;
      if (this.program.kind !== 'async') this.take();
      return true;
    }
    if (this.stage === 'in hand' && this.hasRoom) {
      this.stage = 'waiting';
      this.join('run');
      return true;
    }
    return false;
  }

  /** How many finished results wait for the consumer. */
  private get hasRoom(): boolean {
    const { primitive, buffer = 16 } = this.program;
    return primitive === 'map' || this.outcomes.filter((outcome) => outcome !== undefined).length < buffer;
  }

  /** The source has been asked, and has not answered. */
  private get isPending(): boolean {
    return this.program.kind === 'async' && !this.isSourceOver && this.reads > this.arrived;
  }

  private arrive(): void {
    if (this.stage === 'over') {
      this.arrived++;
      return;
    }
    this.take();
    this.goOn();
  }

  private take(): void {
    this.arrived++;
    const step = this.program.source[this.reads - 1];
    // Without a step, it is silent.
    if (step === undefined) this.arrived--;
    else if (step === 'item') this.stage = 'in hand';
    else {
      this.isSourceOver = true;
      if (step === 'throw') this.failAt(this.started.length, 'source');
      this.stage = 'over';
    }
  }

  private start(): void {
    this.stage = 'idle';
    const index = this.started.length;
    this.started.push(index);
    this.running.push(index);
    const { calls = [] } = this.program;
    if (calls[index] === 'value') this.end(index, `value ${index}`);
    else if (calls[index] === 'throw') this.fail(index);
    else if (calls[index] === 'reject') this.rejected.push(index);
  }

  private end(index: number, value: string): void {
    this.running = this.running.filter((each) => each !== index);
    this.put(index, value);
    this.giveBack();
  }

  private fail(index: number): void {
    this.running = this.running.filter((each) => each !== index);
    this.failAt(index, `failure ${index}`);
    this.giveBack();
  }

  private failAt(index: number, reason: string): void {
    this.stop();
    if (this.isAborted) this.isListening = false;
    if (this.program.primitive === 'map') this.settle(reason);
    else if (this.isAborted) {
      if (this.isDone) return;
      this.outcomes = [];
      this.outcomes[this.given] = 'abort';
    } else this.put(index, reason);
  }

  /** Leaves the line, and closes the source. */
  private stop(): void {
    this.stage = 'over';
    this.line = this.line.filter((who) => who !== 'run');
    if (!this.isSourceOver) {
      this.closed++;
      this.isSourceOver = true;
    }
  }

  private abort(): void {
    const { early = [] } = this.program;
    this.isAborted = true;
    for (const action of early) if (this.allows(action)) this.act(action);
    if (!this.isBegun || !this.isListening) return;
    this.failAt(0, 'abort');
    this.drain();
  }

  // The consumer.

  private settle(outcome: string): void {
    if (this.answers[0] !== 'pending') return;
    this.answers[0] = outcome === 'results' ? `[${this.outcomes.join(' ')}]` : outcome;
    this.isListening = false;
  }

  private put(index: number, outcome: string): void {
    if (this.isDone) return;
    const place = this.program.ordered === false ? this.arrivals++ : index;
    this.outcomes[place] ??= outcome;
    this.answer();
  }

  private next(): void {
    this.answers.push('pending');
    if (this.isAborted && this.isBegun && !this.isDone) this.failAt(0, 'abort');
    this.answer();
    if (this.isBegun) this.goOn();
    else if (!this.isDone) this.begin();
  }

  private leave(): void {
    this.finish();
    this.stop();
    this.answer();
    this.drain();
  }

  private finish(): void {
    this.isDone = true;
    this.isListening = false;
    this.outcomes = [];
  }

  private answer(): void {
    if (this.program.primitive === 'map') return;
    for (;;) {
      const request = this.answers.indexOf('pending');
      if (request < 0) return;
      const outcome = this.outcomes[this.given];
      if (outcome !== undefined) {
        this.answers[request] = outcome;
        this.outcomes[this.given++] = undefined;
        if (!outcome.startsWith('value')) this.finish();
      } else if (this.isDone || (this.isBegun && this.stage === 'over' && this.running.length === 0)) {
        this.answers[request] = 'done';
        this.finish();
      } else return;
    }
  }
}
