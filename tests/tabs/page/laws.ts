import { TabLocks } from '@valvekit/tabs';
import { runInAnyScope } from '@valvekit-internal/laws/any-scope';
import { keep } from '@valvekit-internal/laws/contract/law';
import { lawsOf } from '@valvekit-internal/laws/contract/laws';
import { recorded, tabSubjects } from '@valvekit-internal/laws/web-locks/tab-subjects';
import { LongTimers } from '@valvekit-internal/servers/long-timers';

/** Holds the locks of two tabs, as this context has them, to all laws of the contract. Returns the broken ones. */
export async function runLaws(): Promise<{ kept: number; broken: string[] }> {
  const timers = new LongTimers();
  const manager = navigator.locks;
  const granted: string[] = [];
  let steps = 0;
  let inside = 0;
  let underWay = 0;
  const onStep = (requests: number, holds: number): void => {
    steps++;
    underWay += requests;
    inside += holds;
  };
  // Nothing is under way when nothing has happened since the browser was asked, and it has nothing more to grant.
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; ) {
      const before = steps;
      const { held = [], pending = [] } = await manager.query();
      await task();
      const isKnown = held.length === inside && held.length + pending.length === underWay;
      const isAtRest = isKnown && !pending.some((asked) => isFree(asked, held));
      quiet = steps === before && isAtRest ? quiet + 1 : 0;
    }
  };
  const subjects = tabSubjects(() => {
    // Its constructor looks for `navigator.locks`.
    Object.defineProperty(navigator, 'locks', {
      value: recorded(manager, granted, onStep),
      configurable: true,
    });
    return {
      one: new TabLocks(),
      two: new TabLocks(),
      thief: manager,
      granted,
      timeout: 200_000,
      settle,
      advance: (ms) => timers.advance(ms),
    };
  });
  let kept = 0;
  const broken: string[] = [];
  for (const [name, subject] of Object.entries(subjects)) {
    for (const [chapter, laws] of lawsOf(subject)) {
      for (const law of laws) {
        try {
          await keep(law, subject);
          kept++;
        } catch (error) {
          broken.push(`${name}, ${chapter}: ${law.name}: ${String(error)}`);
        }
      }
    }
  }
  timers.restore();
  Reflect.deleteProperty(navigator, 'locks');
  return { kept, broken };
}

/** Runs the program over `Locks` on the locks of this context. */
export function runSharedProgram(): Promise<string[]> {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  return runInAnyScope(new TabLocks(), pause);
}

function isFree({ name, mode }: LockInfo, held: readonly LockInfo[]): boolean {
  return held.every((other) => other.name !== name || (mode === 'shared' && other.mode === 'shared'));
}

// Sooner than a timer, which browsers delay.
function task(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
