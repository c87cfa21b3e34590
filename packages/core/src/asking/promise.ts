import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb, Verb } from '../line/verb.ts';
import { type Line, Waiter } from '../line/waiter.ts';
import { type Settlers, withResolvers } from '../runtime/with-resolvers.ts';

/** The promise for anything granted immediately. One serves all callers, since a settled promise keeps nothing of theirs. */
export const granted: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** A waiter that is told by the two functions of a promise. */
export class PromiseWaiter<Request, Value = void, Result = Value> extends Waiter<Request, Value> {
  declare protected readonly resolve: (result: Result) => void;
  declare protected readonly reject: (reason: unknown) => void;

  constructor(line: Line<Request, Value>, request: Request, verb: Verb, { resolve, reject }: Settlers<Result>) {
    super(line, request, verb);
    this.resolve = resolve;
    this.reject = reject;
  }

  protected override onGrant(value: Value): void {
    this.resolve(value as unknown as Result);
  }

  protected override onGiveUp(reason: unknown): void {
    this.reject(reason);
  }
}

/** A verb in its promise form. Bad arguments reject it. */
export function promiseForm<Subject, Request, Options extends GiveUpOptions, Value>(
  line: Line<Request, Value>,
  verb: AskingVerb<Subject, Request, Options>,
  subject: Subject,
  options: Options | undefined,
): Promise<Value> {
  try {
    const terms = verb.terms(options);
    const request = verb.request(subject, options);
    const outcome = line.ask(request, terms, verb);
    if (outcome !== undefined) return Promise.resolve(outcome.value);
    const resolvers = withResolvers<Value>();
    line.join(new PromiseWaiter(line, request, verb, resolvers), terms);
    return resolvers.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}
