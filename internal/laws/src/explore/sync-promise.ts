type Settle = (value?: unknown) => void;
type Reaction = (value: unknown) => unknown;

/**
 * A promise that calls back at once. In its place, requests that give promises are told as callbacks are, inside the call
 * that grants them, so that they can be explored step by step.
 */
class SyncPromise {
  private readonly reactions: (() => void)[] = [];
  private outcome: { readonly value: unknown; readonly isError: boolean } | undefined;

  constructor(executor: (resolve: Settle, reject: Settle) => void) {
    const reject = this.settler(true);
    try {
      executor((value) => {
        if (value instanceof SyncPromise) void value.then(this.settler(false), reject);
        else this.settle(value, false);
      }, reject);
    } catch (error) {
      reject(error);
    }
  }

  static resolve(value?: unknown): SyncPromise {
    return value instanceof SyncPromise ? value : new SyncPromise((resolve) => resolve(value));
  }

  static reject(reason: unknown): SyncPromise {
    return new SyncPromise((_, reject) => reject(reason));
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands for a promise
  then(onValue?: Reaction, onError?: Reaction): SyncPromise {
    return new SyncPromise((resolve, reject) => {
      this.react(() => {
        const { value, isError } = this.outcome as NonNullable<typeof this.outcome>;
        const reaction = isError ? onError : onValue;
        try {
          if (reaction !== undefined) resolve(reaction(value));
          else if (isError) reject(value);
          else resolve(value);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  catch(onError: Reaction): SyncPromise {
    return this.then(undefined, onError);
  }

  private react(reaction: () => void): void {
    if (this.outcome === undefined) this.reactions.push(reaction);
    else reaction();
  }

  private settler(isError: boolean): Settle {
    return (value) => this.settle(value, isError);
  }

  private settle(value: unknown, isError: boolean): void {
    if (this.outcome !== undefined) return;
    this.outcome = { value, isError };
    for (const reaction of this.reactions.splice(0)) reaction();
  }
}

/** Replaces the promises of the runtime until the returned function is called. Nothing may be awaited meanwhile. */
export function installSyncPromise(): () => void {
  const { Promise: native } = globalThis;
  Object.assign(globalThis, { Promise: SyncPromise });
  return () => void Object.assign(globalThis, { Promise: native });
}
