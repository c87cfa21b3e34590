interface Timer {
  ms: number;
  run: () => void;
}

/** Timers that fire on command, and a record of uncaught errors. */
export class Environment {
  readonly timers: Map<number, Timer> = new Map();
  report: (error: unknown) => void = () => {};
  /** Called whenever a primitive calls out: to timers, signals, or user functions. */
  cross: (where: string) => void = () => {};
  private count = 0;

  /** Replaces the runtime's timers and `reportError` until the returned function is called. */
  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const reportError = Object.getOwnPropertyDescriptor(globalThis, 'reportError');
    Object.assign(globalThis, {
      setTimeout: (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => this.start(ms, () => fn(...args)),
      clearTimeout: (id: number) => this.stop(id),
    });
    Object.defineProperty(globalThis, 'reportError', {
      value: (error: unknown) => this.report(error),
      configurable: true,
      writable: true,
    });
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      if (reportError) Object.defineProperty(globalThis, 'reportError', reportError);
      else Reflect.deleteProperty(globalThis, 'reportError');
    };
  }

  fire(ms: number): void {
    for (const [id, timer] of this.timers) {
      if (timer.ms !== ms) continue;
      this.timers.delete(id);
      timer.run();
      return;
    }
  }

  private start(ms: number, run: () => void): number {
    this.cross('setTimeout');
    this.count += 1;
    this.timers.set(this.count, { ms, run });
    return this.count;
  }

  private stop(id: number): void {
    this.timers.delete(id);
    this.cross('clearTimeout');
  }
}
