import { stackAbove } from './asking.ts';
import { type Request, UPGRADE_FIRST } from './graph.ts';
import { whenLost } from './lease.ts';
import { end, hold, waitIfAsked } from './ledger.ts';
import type { Method } from './place.ts';
import { report } from './report.ts';
import { isFunction, isObject } from './settings.ts';
import { currentTask } from './task.ts';
import { symbolOf } from './undo.ts';
import { whenDone } from './when-done.ts';

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
        const reading = request.follow('downgrade', 'read.', stack);
        over();
        trackGuard(reading, next);
      },
      // A lease is spent by then.
      over,
    );
  });
  wrap(guard, 'upgrade', (upgrade, wrapper) => {
    const { lock } = request;
    const wish = request.follow('upgradable.upgrade', 'upgrade', stackAbove(wrapper, lock));
    wish.task = currentTask();
    // It goes before everybody else.
    wish.priority = UPGRADE_FIRST;
    const before = lock.object?.waiting;
    const result = upgrade();
    const outcome = whenDone(
      result,
      () => {
        end(wish);
        // Its watch may have ended.
        if (request.stage === 'hold') lock.change(request, { side: 'write.' });
      },
      () => end(wish),
    );
    // After that, so that what is refused at once is over when somebody looks.
    waitIfAsked(wish, before, lock.object?.waiting);
    return outcome;
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
      // No tail call, as in `place.ts`.
    }
  }
  Reflect.defineProperty(guard, name, { configurable: true, writable: true, value: wrapper });
}
