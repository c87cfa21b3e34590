import { Request, UPGRADE_FIRST } from './graph.ts';
import { whenLost } from './lease.ts';
import { end, hold } from './ledger.ts';
import { report } from './report.ts';
import { perform, stackAbove } from './requesting.ts';
import { isFunction, isObject } from './settings.ts';
import { currentTask } from './task.ts';
import { symbolOf } from './undo.ts';
import { whenDone } from './when-done.ts';
import type { Method } from './wrapping.ts';

const tracked = new WeakSet<object>();

// Nothing that the registry keeps leads to the guard.
const lost = /* @__PURE__ */ new FinalizationRegistry<Request>((request) => report('lost-guard', request, [request]));

/** Begins the hold of a guard or a lease, which ends when that is released. */
export function trackGuard(request: Request, guard: unknown): void {
  // A method that calls another one has been given a guard that is known already.
  if (!isObject(guard) || tracked.has(guard) || !Object.isExtensible(guard) || !('release' in guard)) {
    end(request);
    return;
  }
  tracked.add(guard);
  hold(request);
  lost.register(guard, request, request);
  for (const name of ['release', symbolOf('dispose'), symbolOf('asyncDispose')]) {
    wrap(guard, name, (release) => {
      over();
      return release();
    });
  }
  whenLost(guard, over);
  wrap(guard, 'downgrade', (downgrade, wrapper) => {
    const stack = stackAbove(wrapper, request.lock);
    return whenDone(
      downgrade(),
      (next) => {
        const reading = new Request(request.lock, 'downgrade', 'read.', request.task, stack);
        over();
        trackGuard(reading, next);
      },
      // A lease is spent by then.
      over,
    );
  });
  wrap(guard, 'upgrade', (upgrade, wrapper) => {
    const { lock } = request;
    const wish = new Request(lock, 'upgradable.upgrade', 'upgrade', currentTask(), stackAbove(wrapper, lock));
    // It goes before everybody else.
    wish.priority = UPGRADE_FIRST;
    // Not the guard: what listens to its signal would keep it.
    return perform(wish, lock.object, upgrade, () => {
      end(wish);
      request.side = 'write.';
    });
  });

  function over(): void {
    lost.unregister(request);
    end(request);
  }
}

/** Gives a guard a member of its own, which outlives the watch. */
function wrap(guard: object, name: PropertyKey, around: (call: () => unknown, wrapper: Method) => unknown): void {
  const member: unknown = Reflect.get(guard, name);
  if (!isFunction(member)) return;
  function wrapper(this: unknown, ...args: never[]): unknown {
    try {
      return around(() => (member as Method).apply(this, args), wrapper);
    } finally {
      // No tail call, as in `wrapping.ts`.
    }
  }
  Reflect.defineProperty(guard, name, { configurable: true, writable: true, value: wrapper });
}
