import { type JointAsk, type LockModel, SeveralModel } from './several.ts';

/** The locks of keys: each request brings its capacity, and a lock is there while it is held or waited for. */
export class KeyedModel extends SeveralModel {
  /** Locks whose capacity has changed, and nobody has been told. */
  private readonly news = new Set<string>();

  override state(): string {
    const locks = [...this.locks.values()];
    const size = locks.filter(isUsed).length;
    const waiting = locks.reduce((sum, { line }) => sum + line.length, 0);
    const each = [...this.locks].map(([name, { holds, line }]) => `${name}: ${holds.length > 0} ${line.length}`);
    return `size=${size} waiting=${waiting} ${each.join(' ')}`;
  }

  /** There is no lock to cancel unless it is used. */
  override cancel(...names: string[]): void {
    const used = names.filter((name) => isUsed(this.lock(name)));
    if (names.length === 0 || used.length > 0) super.cancel(...used);
  }

  protected override begin({ wants }: JointAsk): void {
    for (const { lock: name, capacity } of wants) {
      const lock = this.lock(name);
      if (capacity === undefined || capacity === lock.capacity) continue;
      if (isUsed(lock)) {
        this.news.add(name);
        this.limit(name, capacity);
      } else {
        lock.capacity = capacity;
      }
    }
  }

  protected override end({ wants }: JointAsk): void {
    for (const { lock } of wants) if (this.news.delete(lock)) this.flush();
  }
}

function isUsed({ holds, line }: LockModel): boolean {
  return holds.length > 0 || line.length > 0;
}
