import { mismatch } from '../contract/arguments.ts';
import type { WaitOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import type { Form, LockLine, Waiter } from '../line/waiter.ts';
import { captureAsyncContext } from '../runtime/async-context.ts';
import { adopt, react } from '../runtime/thenable.ts';
import { enter } from './enter.ts';
import { granted } from './promise.ts';

type SandboxForm = Form<unknown, void>;

const SANDBOX: SandboxForm = {
  result: runNow as SandboxForm['result'],
  tell: runInTurn as SandboxForm['tell'] & object,
  capture: captureAsyncContext,
};

/**
 * `sandbox` for every lock. Bad arguments reject it.
 *
 * The call that grants a waiting `fn` also runs it, and fn's promise settles ours, so that a queued sandbox costs one
 * promise and no async function.
 */
export function sandbox<Subject, Request, Options extends WaitOptions, R>(
  line: LockLine<Request>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  fn: () => R,
  options: Options | undefined,
): Promise<Awaited<R>> {
  if (typeof fn !== 'function') return Promise.reject(new TypeError(mismatch('fn', 'a function', fn)));
  return enter(SANDBOX as Form<Request, void, Awaited<R>>, line, verb, subject, options, fn);
}

// Wrapping fn's promise in one of ours, as a waiting fn needs it, would cost a quarter more (bench W2).
function runNow<Request>(
  line: LockLine<Request>,
  request: Request,
  _verb: unknown,
  _value: unknown,
  fn: () => unknown,
): unknown {
  let result: unknown;
  try {
    result = fn();
    const promise = adopt(result);
    if (promise !== undefined) {
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
  } catch (error) {
    result = Promise.reject(error);
  }
  line.giveBack(request);
  return result;
}

// The next holder may settle its promise immediately. Ours must settle first, and does so once the calling reaction has
// returned; so give back one reaction later. (Not `queueMicrotask`: fake timers replace it.)
function giveBackSettled<Request>(line: LockLine<Request>, request: Request): void {
  if (line.size === 0) line.giveBack(request);
  else void granted.then(() => line.giveBack(request));
}

function runInTurn<Request>(waiter: Waiter<Request>): void {
  const { fn } = waiter;
  let result: unknown;
  try {
    result = (fn as () => unknown)();
    const promise = adopt(result);
    if (promise !== undefined) {
      void react(
        promise,
        (value) => end(waiter, waiter.resolve, value),
        (error) => end(waiter, waiter.reject, error),
      );
      return;
    }
  } catch (error) {
    end(waiter, waiter.reject, error);
    return;
  }
  end(waiter, waiter.resolve, result);
}

// The outcome is told before the hold is given back, for the reason given above.
function end<Request>({ line, request }: Waiter<Request>, settle: (outcome: unknown) => void, outcome: unknown): void {
  settle(outcome);
  (line as LockLine<Request>).giveBack(request);
}
