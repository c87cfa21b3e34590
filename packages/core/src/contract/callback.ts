/**
 * The function of the callback form: called with the primitive as `this`, and with an error if the wait ended without
 * the lock. The error is typed `any`, so that `(error?: Error) => void` fits.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Callback<This = unknown> = (this: This, error?: any) => void;
