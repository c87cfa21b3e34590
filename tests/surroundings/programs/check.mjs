/** Tries something, and prints the result as a line of JSON; with the tool, if the program has several. */
export async function check(what, body, tool) {
  let error;
  try {
    await body();
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown);
  }
  console.log(JSON.stringify({ what, error, tool }));
}

/** Waits until everything that is due has run. */
export function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}
