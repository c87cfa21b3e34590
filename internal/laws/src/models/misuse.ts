/** The error of incorrect use. */
export function misuse(name: 'InvalidStateError' | 'RangeError'): Error {
  return Object.assign(new Error(name), { name });
}
