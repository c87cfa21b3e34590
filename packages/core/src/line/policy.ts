import type { Named } from '../contract/name.ts';

/** The member of a lock that decides a request. */
export const admit: unique symbol = /* @__PURE__ */ Symbol() as never;

/** The member of a lock that undoes what `[admit]` took. */
export const giveBack: unique symbol = /* @__PURE__ */ Symbol() as never;

/**
 * A lock as its line sees it: state, and two members that the line alone calls. They run no user code, and call nothing of
 * the line.
 */
export interface Policy<Request = void> extends Named {
  /** Decides and takes in one step: true if the request is granted now, false if nothing has changed. */
  [admit](request: Request): boolean;
  /** Undoes what was taken for a request. */
  [giveBack](request: Request): void;
}
