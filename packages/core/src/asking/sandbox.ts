import { requireFunction } from '../contract/arguments.ts';
import type { WaitOptions } from '../contract/options.ts';
import type { AskingVerb, Verb } from '../line/verb.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { adopt, react } from '../runtime/thenable.ts';
import { type Settlers, withResolvers } from '../runtime/with-resolvers.ts';
import { DeferredWaiter } from './deferred-waiter.ts';
import { granted } from './promise.ts';

/**
 * `sandbox` for every lock. Bad arguments reject it.
 *
 * The call that grants a waiting `fn` also runs it, and its promise settles ours, so that a queued sandbox costs one
 * promise and no async function.
 */
export function sandbox<Subject, Request, Options extends WaitOptions, R>(
  line: WaiterQueue<Request>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  fn: () => R,
  options: Options | undefined,
): Promise<Awaited<R>> {
  try {
    requireFunction('fn', fn);
    const terms = verb.terms(options);
    const request = verb.request(subject, options);
    if (line.ask(request, terms, verb) !== undefined) return runNow(line, request, fn) as Promise<Awaited<R>>;
    const resolvers = withResolvers<unknown>();
    line.join(new SandboxWaiter(line, request, verb, fn, resolvers), terms);
    return resolvers.promise as Promise<Awaited<R>>;
  } catch (error) {
    return Promise.reject(error);
  }
}

// Wrapping fn's promise in one of ours, as a waiting fn needs it, would cost a quarter more (bench W2).
function runNow<Request>(line: WaiterQueue<Request>, request: Request, fn: () => unknown): Promise<unknown> {
  let outcome: Promise<unknown>;
  try {
    const result = fn();
    const promise = adopt(result);
    if (promise !== undefined) return thenGiveBack(promise, line, request);
    outcome = Promise.resolve(result);
  } catch (error) {
    line.giveBack(request);
    throw error;
  }
  line.giveBack(request);
  return outcome;
}

function thenGiveBack<Request>(
  promise: Promise<unknown>,
  line: WaiterQueue<Request>,
  request: Request,
): Promise<unknown> {
  return react(
    promise,
    (value) => {
      giveBackSettled(line, request);
      return value;
    },
    (error) => {
      giveBackSettled(line, request);
      throw error;
    },
  );
}

// The next holder may settle its promise immediately. Ours must settle first, and does so once the calling reaction has
// returned; so give back one reaction later. (Not `queueMicrotask`: fake timers replace it.)
function giveBackSettled<Request>(line: WaiterQueue<Request>, request: Request): void {
  if (line.size === 0) line.giveBack(request);
  else void granted.then(() => line.giveBack(request));
}

class SandboxWaiter<Request> extends DeferredWaiter<Request> {
  declare readonly line: WaiterQueue<Request>;
  readonly #fn: () => unknown;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    line: WaiterQueue<Request>,
    request: Request,
    verb: Verb,
    fn: () => unknown,
    { resolve, reject }: Settlers<unknown>,
  ) {
    super(line, request, verb);
    this.#fn = fn;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  protected override onGrant(): void {
    this.post();
  }

  protected override onGiveUp(reason: unknown): void {
    this.closeContext();
    this.#reject(reason);
  }

  // The outcome is told before the hold is given back, for the reason given above.
  protected override tell(): void {
    let result: unknown;
    try {
      result = this.#fn();
      const promise = adopt(result);
      if (promise !== undefined) {
        void react(
          promise,
          (value) => this.#succeed(value),
          (error) => this.#fail(error),
        );
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#succeed(result);
  }

  #succeed(value: unknown): void {
    this.#resolve(value);
    this.line.giveBack(this.request);
  }

  #fail(error: unknown): void {
    this.#reject(error);
    this.line.giveBack(this.request);
  }
}
