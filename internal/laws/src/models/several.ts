import type { Ask } from './ask.ts';
import { misuse } from './misuse.ts';

/** One of several locks, as a model sees it. */
export interface LockModel {
  readonly kind: 'mutex' | 'semaphore' | 'rwlock';
  readonly policy: 'fair' | 'readers';
  capacity: number;
  readonly holds: Hold[];
  line: JointAsk[];
}

interface Hold {
  side: string;
  readonly permits: number;
  readonly of: JointAsk;
}

/** What a request wants of one lock. */
export interface Want {
  readonly lock: string;
  /** Of a read/write lock: `read`, `write`, `upgradable`, or `upgrade`. */
  readonly side: string;
  readonly permits: number;
  /** Of the semaphore of a key: the capacity of the view. */
  readonly capacity?: number;
}

/** One request, for one lock or for several. Of each lock it wants one thing. */
export interface JointAsk extends Ask {
  readonly wants: readonly Want[];
  readonly isJoint: boolean;
  /** The request whose hold it upgrades. */
  readonly upgrades?: JointAsk;
}

/**
 * Several locks in plain arrays. A request stands in the line of each lock that it wants, and is granted when it is first
 * in all of them and all have room.
 */
export class SeveralModel {
  readonly locks: Map<string, LockModel>;
  readonly aborted = new Set<number>();
  /** What queued callbacks threw. */
  report: (error: unknown) => void = () => {};
  private readonly arrivals: JointAsk[] = [];
  private readonly decided: (() => void)[] = [];
  /** Lines that a joint request has left, and that have yet to move up. */
  private readonly left: string[] = [];
  private readonly deciding = new Set<JointAsk>();

  constructor(locks: Map<string, LockModel>) {
    this.locks = locks;
  }

  isWaiting(ask: JointAsk): boolean {
    return ask.wants.some(({ lock }) => this.lock(lock).line.includes(ask));
  }

  ask(ask: JointAsk): void {
    if (ask.wants.some((want) => this.never(want))) {
      ask.told('RangeError');
      return;
    }
    if (this.dead(ask)) {
      ask.told(`abort ${ask.signal}`);
      return;
    }
    this.begin(ask);
    const granted = ask.impatient ? this.goes(ask) : this.goesNow(ask);
    if (!granted && !ask.impatient) this.join(ask);
    this.end(ask);
    if (granted || ask.impatient) ask.told(granted ? undefined : 'timeout');
  }

  try(ask: JointAsk): boolean {
    if (ask.wants.some((want) => this.never(want))) throw misuse('RangeError');
    this.begin(ask);
    const granted = this.goes(ask);
    this.end(ask);
    return granted;
  }

  release(ask: JointAsk): void {
    const upgrade = this.arrivals.find(({ upgrades }) => upgrades === ask);
    if (upgrade !== undefined && this.isWaiting(upgrade)) this.refuse(upgrade, 'cancel');
    for (const { lock } of ask.wants) {
      const { holds } = this.lock(lock);
      const index = holds.findIndex((hold) => hold.of === ask);
      if (index < 0) throw misuse('InvalidStateError');
      holds.splice(index, 1);
    }
    this.change(ask.wants.map(({ lock }) => lock));
  }

  /** A write hold becomes a read hold. */
  downgrade(ask: JointAsk): void {
    for (const { lock } of ask.wants) {
      const hold = this.lock(lock).holds.find(({ of }) => of === ask);
      if (hold) hold.side = 'read';
    }
    this.change(ask.wants.map(({ lock }) => lock));
  }

  /** The request gives up, if it still waits. */
  giveUp(ask: JointAsk, refusal: string): void {
    if (!this.isWaiting(ask)) return;
    this.refuse(ask, refusal);
    this.change(ask.wants.map(({ lock }) => lock));
  }

  /** A signal has aborted: all its waits end, in the order of their calls. */
  abort(signal: number): void {
    const leaving = this.arrivals.filter((ask) => ask.signal === signal && this.isWaiting(ask));
    for (const ask of leaving) this.refuse(ask, 'abort');
    if (leaving.length > 0) this.change(leaving.flatMap(({ wants }) => wants.map(({ lock }) => lock)));
  }

  /** Every wait for one lock ends, or every wait. */
  cancel(...names: string[]): void {
    const locks = names.length > 0 ? names.map((name) => this.lock(name)) : [...this.locks.values()];
    for (const { line } of locks) {
      for (const ask of line) if (this.isWaiting(ask)) this.refuse(ask, 'cancel', true);
    }
    this.change([]);
  }

  /** Cancels one lock after the other. */
  cancelEach(): void {
    for (const name of this.locks.keys()) this.cancel(name);
  }

  resize(name: string, capacity: number): void {
    this.limit(name, capacity);
    this.flush();
  }

  state(): string {
    return [...this.locks].map(([name, lock]) => `${name}: ${stateOf(lock)}`).join(' ');
  }

  protected lock(name: string): LockModel {
    const lock = this.locks.get(name);
    if (lock === undefined) throw new Error(`no lock is called ${name}`);
    return lock;
  }

  /** What a request changes before it is decided. */
  protected begin(_ask: JointAsk): void {}

  /** What happens once it is decided. */
  protected end(_ask: JointAsk): void {}

  /** Changes a capacity, and tells nobody yet. */
  protected limit(name: string, capacity: number): void {
    const lock = this.lock(name);
    lock.capacity = capacity;
    for (const ask of lock.line) if (this.never(wantIn(ask, name), capacity)) this.refuse(ask, 'RangeError', true);
    this.settle([name]);
  }

  /** Capacity 0 is a pause: no request is refused for its size. */
  private never({ lock, permits, ...want }: Want, capacity = want.capacity ?? this.lock(lock).capacity): boolean {
    return this.lock(lock).kind === 'semaphore' && capacity > 0 && permits > capacity;
  }

  private fits({ lock: name, side, permits }: Want): boolean {
    const { kind, capacity, holds } = this.lock(name);
    const held = (...sides: string[]) => holds.some((hold) => sides.includes(hold.side));
    if (kind === 'mutex') return holds.length === 0;
    if (kind === 'semaphore') return holds.reduce((sum, hold) => sum + hold.permits, permits) <= capacity;
    if (side === 'upgrade') return holds.length === 1;
    if (side === 'write') return holds.length === 0;
    return side === 'read' ? !held('write') : !held('write', 'upgradable');
  }

  private take(ask: JointAsk): void {
    for (const { lock, side, permits } of ask.wants) {
      const { holds } = this.lock(lock);
      const upgraded = holds.find(({ of }) => of === ask.upgrades);
      if (upgraded) upgraded.side = 'write';
      else holds.push({ side, permits, of: ask });
    }
  }

  /** An aborted head blocks nobody, even before it is notified. It is notified when everything is decided. */
  private goes(ask: JointAsk): boolean {
    const granted = this.goesNow(ask);
    const { length } = this.decided;
    this.moveUpAll(ask.wants.map(({ lock }) => lock));
    if (this.decided.length === length) return granted;
    const grantedNow = granted || this.goesNow(ask);
    this.settle([]);
    this.flush();
    return grantedNow;
  }

  /** Takes all locks if they have room, and if it passes nobody of its own rank and priority. */
  private goesNow(ask: JointAsk): boolean {
    const isFree = ask.wants.every((want) => {
      const { line } = this.lock(want.lock);
      const [head] = line;
      return (
        (head === undefined || isBefore(this.placeOf(ask, want, true), this.place(head, want.lock))) && this.fits(want)
      );
    });
    if (isFree) this.take(ask);
    return isFree;
  }

  private join(ask: JointAsk): void {
    for (const want of ask.wants) {
      const { line } = this.lock(want.lock);
      const place = this.placeOf(ask, want);
      const behind = line.findIndex((each) => isBefore(place, this.place(each, want.lock)));
      line.splice(behind < 0 ? line.length : behind, 0, ask);
    }
    this.arrivals.push(ask);
    // An aborted head blocks nobody, be it of its own line or of one in which a joint request has to be first.
    const { length } = this.decided;
    this.settle(ask.wants.map(({ lock }) => lock));
    if (this.decided.length > length) this.flush();
  }

  /** Whatever else ends the wait, an abort came first. */
  private refuse(ask: JointAsk, refusal: string, isByLine = false): void {
    const first = this.dead(ask) ? `abort ${ask.signal}` : refusal;
    this.leave(ask, isByLine);
    this.decided.push(() => ask.told(first));
  }

  private grant(ask: JointAsk): void {
    this.leave(ask, true);
    this.take(ask);
    this.decided.push(() => ask.told());
  }

  private leave(ask: JointAsk, isByLine: boolean): void {
    for (const { lock } of ask.wants) {
      const model = this.lock(lock);
      model.line = model.line.filter((each) => each !== ask);
      if (ask.isJoint && isByLine) this.left.push(lock);
    }
  }

  private change(names: string[]): void {
    this.settle(names);
    this.flush();
  }

  /** Moves up these lines, then those that joint requests have left. */
  private settle(names: string[]): void {
    this.moveUpAll(names);
    for (let name = this.left.shift(); name !== undefined; name = this.left.shift()) this.moveUp(name);
  }

  private moveUpAll(names: string[]): void {
    for (const name of names) this.moveUp(name);
  }

  private moveUp(name: string): void {
    for (let [head] = this.lock(name).line; head; [head] = this.lock(name).line) {
      if (this.dead(head)) this.refuse(head, 'abort', true);
      else if (this.isNext(head, name)) this.grant(head);
      else return;
    }
  }

  private isNext(head: JointAsk, name: string): boolean {
    if (this.deciding.has(head)) return false;
    this.deciding.add(head);
    for (const { lock } of head.wants) if (lock !== name && this.isHeadDead(lock)) this.moveUp(lock);
    this.deciding.delete(head);
    return head.wants.every((want) => this.lock(want.lock).line[0] === head && this.fits(want));
  }

  private isHeadDead(name: string): boolean {
    const [head] = this.lock(name).line;
    return head !== undefined && this.dead(head);
  }

  private dead(ask: Ask): boolean {
    return ask.signal !== undefined && this.aborted.has(ask.signal);
  }

  private place(ask: JointAsk, name: string): Place {
    return this.placeOf(ask, wantIn(ask, name));
  }

  /** Readers of the policy `readers` go first, unless they wait for another lock as well. */
  private placeOf({ isJoint, priority = 0 }: JointAsk, { lock, side }: Want, isNew = false): Place {
    if (side === 'upgrade') return { rank: 2, priority };
    const goesFirst = side === 'read' && this.lock(lock).policy === 'readers' && (isNew || !isJoint);
    return { rank: goesFirst ? 1 : 0, priority };
  }

  protected flush(): void {
    for (let tell = this.decided.shift(); tell; tell = this.decided.shift()) {
      try {
        tell();
      } catch (error) {
        this.report(error);
      }
    }
  }
}

interface Place {
  readonly rank: number;
  readonly priority: number;
}

function isBefore(one: Place, other: Place): boolean {
  return one.rank > other.rank || (one.rank === other.rank && one.priority > other.priority);
}

function wantIn({ wants }: JointAsk, name: string): Want {
  return wants.find(({ lock }) => lock === name) as Want;
}

function stateOf({ kind, capacity, holds, line }: LockModel): string {
  const waiting = line.length;
  if (kind === 'mutex') return `isLocked=${holds.length > 0} waiting=${waiting}`;
  if (kind === 'semaphore') {
    const available = holds.reduce((left, { permits }) => left - permits, capacity);
    return `available=${available} capacity=${capacity} waiting=${waiting}`;
  }
  const writing = holds.some(({ side }) => side === 'write');
  return `isLocked=${writing ? 'W' : holds.length > 0 && 'R'} readers=${writing ? 0 : holds.length} waiting=${waiting}`;
}
