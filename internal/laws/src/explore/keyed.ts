import type { KeyedLocks, Lockable } from 'valvekit';
import { KeyedModel } from '../models/keyed.ts';
import type { LockModel } from '../models/several.ts';
import type { Environment } from './environment.ts';
import { type Program, wordsOf } from './program.ts';
import type { Library } from './real-subject.ts';
import { ModeledSeveral, RealSeveral } from './several.ts';
import type { Host } from './subject.ts';
import { itemOf, locksOf } from './wants.ts';

/** The locks of keys. Every request is made through a view of its own. */
export class RealKeyed extends RealSeveral {
  private readonly family: KeyedLocks;
  /** What each lock is. */
  private readonly kinds: Map<string, LockModel>;

  constructor(program: Program, host: Host, environment: Environment, library: Library) {
    super({ ...program, locks: [] }, host, environment, library);
    this.family = new library.KeyedLocks();
    this.kinds = locksOf(program);
  }

  override cancel(): void {
    for (const name of this.kinds.keys()) this.view(name).cancel();
  }

  override other(action: string): void {
    const [verb, name] = wordsOf(action);
    if (verb === 'cancelLock') this.view(name).cancel();
    else if (verb === 'cancelAll') this.family.cancel();
    else super.other(action);
  }

  override state(): string {
    const each = [...this.kinds.keys()].map((name) => {
      const { isLocked, waiting } = this.view(name);
      return `${name}: ${isLocked} ${waiting}`;
    });
    return `size=${this.family.size} waiting=${this.family.waiting} ${each.join(' ')}`;
  }

  protected override lockable(text: string): Lockable {
    return this.view(text);
  }

  private view(text: string): ReturnType<KeyedLocks['mutex']> {
    const { lock: key, side, capacity } = itemOf(text);
    const { kind } = this.kinds.get(key) ?? {};
    if (kind === 'mutex') return this.family.mutex(key);
    if (kind === 'semaphore') return this.family.semaphore(key, capacity ?? 1);
    return this.family.readWriteLock(key)[side === 'write' ? 'write' : 'read'];
  }
}

/** The model of the same. */
export class ModeledKeyed extends ModeledSeveral {
  constructor(program: Program, host: Host) {
    super(program, host, new KeyedModel(locksOf(program)));
  }
}
