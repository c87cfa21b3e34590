import { type GiveUpOptions, readWaitOptions, type Terms, type WaitOptions } from '../contract/options.ts';

/** What asks in a line: a method that waits. */
export interface Verb {
  /** The method, as error messages call it: `acquire`, `read.sandbox`. */
  readonly name: string;
  /** A higher rank goes before any priority; most verbs have 0. */
  readonly rank: number;
  /** Whether it takes a bare hold, which no guard and no sandbox stands for. */
  readonly isBare: boolean;
}

/** A verb that says what it asks for. One constant for each method of a primitive. */
export interface AskingVerb<Subject, Request, Options extends GiveUpOptions = GiveUpOptions> extends Verb {
  /** Reads how long, and in which order, to wait. */
  readonly terms: (options: Options | undefined) => Terms;
  /**
   * What is asked for.
   *
   * @param subject - what the method was called on or with: the lock, or the condition of a `Barrier`
   * @throws the error of a bad argument
   */
  readonly request: (subject: Subject, options: Options | undefined, terms: Terms) => Request;
}

/**
 * Makes the constant of a verb that waits in a line with priorities.
 *
 * @param name - the method, as error messages call it
 * @param request - what it asks for
 * @param isBare - whether it takes a bare hold, which no guard and no sandbox stands for
 * @param rank - a higher rank goes before any priority
 */
export function verb<Subject, Request, Options extends WaitOptions = WaitOptions>(
  name: string,
  request: (subject: Subject, options: Options | undefined, terms: Terms) => Request,
  isBare = false,
  rank = 0,
): AskingVerb<Subject, Request, Options> {
  return { name, rank, isBare, terms: readWaitOptions, request };
}
