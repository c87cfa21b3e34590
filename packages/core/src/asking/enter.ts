import type { GiveUpOptions } from '../contract/options.ts';
import type { AskingVerb } from '../line/verb.ts';
import { type Form, type Line, Waiter } from '../line/waiter.ts';
import { settledBy } from '../runtime/settlers.ts';

/** The way in of every call that returns a promise. Bad arguments reject it. */
export function enter<
  Subject,
  Request,
  Options extends GiveUpOptions,
  Value,
  Result,
  Verb extends AskingVerb<Subject, Request, Options>,
>(
  form: Form<Request, Value, Result, Verb>,
  line: Line<Request, Value>,
  verb: Verb,
  subject: Subject,
  options: Options | undefined,
  fn?: unknown,
): Promise<Result> {
  try {
    const terms = verb.terms(options);
    const request = verb.request(subject, options, terms);
    const outcome = line.ask(request, terms, verb);
    if (outcome !== undefined) return Promise.resolve(form.result(line, request, verb, outcome.value, fn));
    const waiter = new Waiter(line, request, verb, form as Form<Request, Value>, fn);
    const promise = settledBy(waiter);
    line.join(waiter, terms);
    return promise;
  } catch (error) {
    return Promise.reject(error);
  }
}
