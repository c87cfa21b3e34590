/** The error of a call that must not be. */
export function misuse(name: 'InvalidStateError' | 'RangeError'): Error {
  return Object.assign(new Error(name), { name });
}
