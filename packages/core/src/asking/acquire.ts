import type { Guard } from '../contract/guard.ts';
import type { WaitOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import type { Form, LockLine } from '../line/waiter.ts';
import { enter } from './enter.ts';

/** A verb that gives a guard for what it takes. */
export interface GuardVerb<Subject, Request, Options extends WaitOptions, G extends Guard>
  extends AskingVerb<Subject, Request, Options> {
  /** `Hold`, or a class of your own. */
  readonly Guard: new (
    line: LockLine<Request>,
    request: Request,
  ) => G;
}

type AnyVerb = GuardVerb<never, unknown, never, Guard>;

const GUARD: Form<unknown, void, Guard, AnyVerb> = {
  result: (line, request, verb) => new verb.Guard(line as LockLine<unknown>, request),
};

/** `acquire` for every lock. Bad arguments reject it. */
export function acquire<Subject, Request, Options extends WaitOptions, G extends Guard>(
  line: LockLine<Request>,
  verb: GuardVerb<Subject, Request, Options, G>,
  subject: Subject,
  options: Options | undefined,
): Promise<G> {
  return enter(GUARD as unknown as Form<Request, void, G, typeof verb>, line, verb, subject, options);
}

/** `tryAcquire` for every lock. */
export function tryAcquire<Request, G extends Guard>(
  line: LockLine<Request>,
  verb: GuardVerb<never, Request, never, G>,
  request: Request,
): G | undefined {
  return line.tryAdmit(request, verb) ? new verb.Guard(line, request) : undefined;
}
