import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import { type Form, type Line, Waiter } from '../line/waiter.ts';
import { withResolvers } from '../runtime/with-resolvers.ts';

/** A form whose caller gets a promise. */
export interface PromiseForm<Verb, Request, Value, Result> extends Form<Request, Value> {
  /** Throws unless it can call `fn`. */
  check?(fn: unknown): void;
  /** The promise for a request that was granted without waiting. */
  now(line: Line<Request, Value>, request: Request, verb: Verb, value: Value, fn: unknown): Promise<Result>;
}

/** The way in of every call that returns a promise. Bad arguments reject it. */
export function enter<
  Subject,
  Request,
  Options extends GiveUpOptions,
  Value,
  Result,
  Verb extends AskingVerb<Subject, Request, Options>,
>(
  form: PromiseForm<Verb, Request, Value, Result>,
  line: Line<Request, Value>,
  verb: Verb,
  subject: Subject,
  options: Options | undefined,
  fn?: unknown,
): Promise<Result> {
  try {
    form.check?.(fn);
    const terms = verb.terms(options);
    const request = verb.request(subject, options, terms);
    const outcome = line.ask(request, terms, verb);
    if (outcome !== undefined) return form.now(line, request, verb, outcome.value, fn);
    const resolvers = withResolvers<Result>();
    line.join(new Waiter(line, request, verb, form, resolvers, fn), terms);
    return resolvers.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}
