/** Where Node, Bun and Deno look for an object's own view in `console.log`. */
export const inspection: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** The `inspect` that the runtime hands to a custom view. */
export type Inspect = (value: unknown, options: object) => string;

/** The view of an object: what it is called, and its state. */
export function view(label: string, state: object, options: object, inspect: Inspect): string {
  return `${label} ${inspect(state, options)}`;
}
