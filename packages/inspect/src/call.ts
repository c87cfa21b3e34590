// The lock whose method is running. Its methods that this one calls are part of the same call.
let callee: object | undefined;

/** Whether this call is part of another one, which is watched already. */
export function isInner(self: object): boolean {
  return self === callee;
}

/** Runs a function, during which calls of `self` are not watched. */
export function quietly<R>(self: object | undefined, fn: () => R): R {
  const outer = callee;
  callee = self;
  try {
    return fn();
  } finally {
    callee = outer;
  }
}
