import { HOLDING, Request } from './graph.ts';
import { end, hold, wait } from './ledger.ts';
import { whenDone } from './outcome.ts';
import { report } from './report.ts';
import { isFunction } from './settings.ts';
import { currentTask } from './task.ts';

const tracked = new WeakSet<object>();

// Nothing that the registry keeps leads to the guard.
const lost = /* @__PURE__ */ new FinalizationRegistry<Request>((request) => {
  report('lost-guard', request, [request]);
});

/** Begins the hold of a guard or a lease, which ends when that is released. */
export function trackGuard(guard: object, request: Request): void {
  // A method that calls another one has been given a guard that is known already.
  if (tracked.has(guard) || !Object.isExtensible(guard) || !('release' in guard)) {
    end(request);
    return;
  }
  tracked.add(guard);
  hold(request);
  lost.register(guard, request, request);
  const { dispose, asyncDispose } = Symbol;
  // Where the runtime lacks the symbols, compiled `using` looks for others.
  const symbols = [dispose ?? Symbol.for('Symbol.dispose'), asyncDispose ?? Symbol.for('Symbol.asyncDispose')];
  for (const name of ['release', ...symbols]) {
    wrap(guard, name, (release) => {
      over();
      return release();
    });
  }
  wrap(guard, 'downgrade', (downgrade) =>
    whenDone(downgrade(), (next) => {
      over();
      trackGuard(next as object, like(request, 'downgrade', 'read.'));
    }),
  );
  wrap(guard, 'upgrade', upgrading);

  function over(): void {
    lost.unregister(request);
    end(request);
  }

  function upgrading(upgrade: () => unknown): unknown {
    const { lock } = request;
    const wish = like(request, 'upgradable.upgrade', 'upgrade');
    wish.task = currentTask();
    // It goes before everybody else.
    wish.priority = Number.POSITIVE_INFINITY;
    const promise = upgrade();
    if (lock.object?.waiting !== 0) wait(wish);
    return whenDone(
      promise,
      () => {
        end(wish);
        // Its watch may have ended.
        if (request.stage !== HOLDING) return;
        lock.giveBack(request);
        request.side = 'write.';
        lock.take(request);
      },
      () => end(wish),
    );
  }
}

/** What becomes of a hold. */
function like({ lock, task, stack }: Request, verb: string, side: string): Request {
  const request = new Request(lock, verb, side, task);
  request.stack = stack;
  return request;
}

/** Gives a guard a member of its own, which outlives the watch. */
function wrap(guard: object, name: PropertyKey, around: (call: () => unknown) => unknown): void {
  const member: unknown = Reflect.get(guard, name);
  if (!isFunction(member)) return;
  Reflect.defineProperty(guard, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...args: never[]): unknown {
      return around(() => member.apply(this, args));
    },
  });
}
