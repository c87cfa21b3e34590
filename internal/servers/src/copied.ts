/** How many elements `slice` copies until `run` has ended: a count, because times depend on the machine. */
export async function copied(run: () => unknown): Promise<number> {
  const { slice } = Array.prototype;
  let count = 0;
  Array.prototype.slice = function (...range): unknown[] {
    const part = slice.apply(this, range);
    count += part.length;
    return part;
  };
  try {
    await run();
  } finally {
    Array.prototype.slice = slice;
  }
  return count;
}
