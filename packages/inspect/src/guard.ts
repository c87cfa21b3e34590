import { ALL, Request } from './graph.ts';
import { end, forget, hold, wait } from './ledger.ts';
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
export function trackGuard(guard: { readonly release?: unknown }, request: Request): void {
  const { release } = guard;
  // A method that calls another one has been given a guard that is known already.
  if (tracked.has(guard) || !isFunction(release) || !Object.isExtensible(guard)) {
    forget(request);
    return;
  }
  tracked.add(guard);
  hold(request);
  lost.register(guard, request, request);
  wrap(guard, 'release', over);
  for (const name of ['dispose', 'asyncDispose'] as const) {
    if (Symbol[name] !== undefined) wrap(guard, Symbol[name], over);
    // Compiled `using` looks for this one where the runtime lacks the other.
    wrap(guard, Symbol.for(`Symbol.${name}`), over);
  }
  wrap(guard, 'downgrade', downgrading);
  wrap(guard, 'upgrade', upgrading);

  function over(call: () => unknown): unknown {
    lost.unregister(request);
    end(request);
    return call();
  }

  function downgrading(call: () => unknown): unknown {
    return whenDone(call(), (next) => {
      lost.unregister(request);
      end(request);
      const asked = { ...request.asked, verb: 'downgrade', side: 'read.' };
      trackGuard(next as object, new Request(request.lock, asked));
    });
  }

  function upgrading(call: () => unknown): unknown {
    const { asked, lock } = request;
    const verb = 'upgradable.upgrade';
    const upgrade = new Request(lock, { ...asked, verb, side: 'upgrade', task: currentTask(), isSandbox: false });
    // It goes before everybody else.
    upgrade.priority = Number.POSITIVE_INFINITY;
    const promise = call();
    if (lock.object?.waiting !== 0) wait(upgrade);
    return whenDone(
      promise,
      () => {
        end(upgrade);
        lock.giveBack(request);
        request.weight = ALL;
        lock.take(request);
      },
      () => end(upgrade),
    );
  }
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
