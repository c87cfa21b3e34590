import type { Guard } from '../contract/guard.ts';
import type { WaitOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import type { WaiterQueue } from '../line/waiter-queue.ts';
import { withResolvers } from '../runtime/with-resolvers.ts';
import { PromiseWaiter } from './promise.ts';

/** A verb that gives a guard for what it takes. */
export interface GuardVerb<Subject, Request, Options extends WaitOptions, G extends Guard>
  extends AskingVerb<Subject, Request, Options> {
  /** `Hold`, or a class of your own. */
  readonly Guard: new (line: WaiterQueue<Request>, request: Request) => G;
}

/** `acquire` for every lock. Bad arguments reject it. */
export function acquire<Subject, Request, Options extends WaitOptions, G extends Guard>(
  line: WaiterQueue<Request>,
  verb: GuardVerb<Subject, Request, Options, G>,
  subject: Subject,
  options: Options | undefined,
): Promise<G> {
  try {
    const terms = verb.terms(options);
    const request = verb.request(subject, options);
    if (line.ask(request, terms, verb) !== undefined) return Promise.resolve(new verb.Guard(line, request));
    const resolvers = withResolvers<G>();
    line.join(new GuardWaiter(line, request, verb, resolvers), terms);
    return resolvers.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

/** `tryAcquire` for every lock. */
export function tryAcquire<Request, G extends Guard>(
  line: WaiterQueue<Request>,
  verb: GuardVerb<never, Request, never, G>,
  request: Request,
): G | undefined {
  return line.tryAdmit(request, verb) ? new verb.Guard(line, request) : undefined;
}

/** A waiter that is told by a promise of a guard, which is made when the hold begins. */
class GuardWaiter<Request, G extends Guard> extends PromiseWaiter<Request, void, G> {
  declare readonly verb: GuardVerb<never, Request, never, G>;
  declare readonly line: WaiterQueue<Request>;

  protected override onGrant(): void {
    this.resolve(new this.verb.Guard(this.line, this.request));
  }
}
