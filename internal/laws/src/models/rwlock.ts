import type { Ask } from './ask.ts';
import { LineModel } from './line.ts';
import { misuse } from './misuse.ts';

/** ReadWriteLock. Kinds: `read`, `write`, `upgradable`, and `upgrade`, which waits before all others. */
export class ReadWriteLockModel extends LineModel {
  private holds: { kind: string; guarded: boolean }[] = [];
  private readonly policy: 'fair' | 'readers';

  constructor(policy: 'fair' | 'readers' = 'fair') {
    super();
    this.policy = policy;
  }

  /** `readers`: readers do not wait behind others. */
  protected override get lanes(): ((ask: Ask) => boolean)[] {
    const isReader = ({ kind }: Ask) => kind === 'read';
    return this.policy === 'fair' ? super.lanes : [isReader, (ask) => !isReader(ask)];
  }

  /** In the order in which they would have been granted. */
  override cancel(): void {
    const isReader = (ask: Ask) => this.policy === 'readers' && ask.kind === 'read';
    this.line = [...this.line.filter(isReader), ...this.line.filter((ask) => !isReader(ask))];
    super.cancel();
  }

  protected fits({ kind }: Ask): boolean {
    if (kind === 'upgrade') return this.holds.length === 1;
    if (kind === 'write') return this.holds.length === 0;
    if (this.holding('write') || this.line.some((ask) => ask.kind === 'upgrade' && !this.dead(ask))) return false;
    return kind === 'read' || !this.holding('upgradable');
  }

  protected take({ kind = 'read', guarded = false }: Ask): void {
    if (kind === 'upgrade') this.turn('upgradable', 'write');
    else this.holds.push({ kind, guarded });
  }

  /** Releases one hold of the kind; without a kind, any bare one. */
  release(kind?: string, guarded = false): void {
    const index = this.holds.findIndex((hold) => hold.guarded === guarded && hold.kind === (kind ?? hold.kind));
    if (index < 0) throw misuse('InvalidStateError');
    const upgrade = this.line.find((ask) => ask.kind === 'upgrade');
    if (upgrade && kind === 'upgradable') this.refuse(upgrade, 'cancel');
    this.holds.splice(index, 1);
    this.change();
  }

  downgrade(): void {
    this.turn('write', 'read');
    this.change();
  }

  state(): string {
    const count = (...kinds: string[]) => this.line.filter(({ kind = '' }) => kinds.includes(kind)).length;
    const writing = this.holding('write');
    const readers = writing ? 0 : this.holds.length;
    return [
      `isLocked=${writing ? 'W' : readers > 0 && 'R'} readers=${readers} waiting=${this.waiting}`,
      `waitingReaders=${count('read', 'upgradable')} waitingWriters=${count('write', 'upgrade')}`,
    ].join(' ');
  }

  private holding(kind: string): boolean {
    return this.holds.some((hold) => hold.kind === kind);
  }

  private turn(from: string, into: string): void {
    const hold = this.holds.find(({ kind }) => kind === from);
    if (!hold) throw misuse('InvalidStateError');
    hold.kind = into;
  }
}
