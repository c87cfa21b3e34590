import type { Ask } from './ask.ts';
import { LineModel } from './line.ts';
import { misuse } from './misuse.ts';

/** Mutex: one holder. */
export class MutexModel extends LineModel {
  private holder: Ask | undefined;

  protected fits(): boolean {
    return !this.holder;
  }

  protected take(ask: Ask): void {
    this.holder = ask;
  }

  /** Releases this hold of a guard, or any bare hold: those have no owner. */
  release(ask?: Ask): void {
    if (!this.holder || (ask?.guarded ? this.holder !== ask : this.holder.guarded)) throw misuse('InvalidStateError');
    this.holder = undefined;
    this.change();
  }

  state(): string {
    return `isLocked=${this.holder !== undefined} waiting=${this.waiting}`;
  }
}
