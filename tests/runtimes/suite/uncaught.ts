/** The errors that the runtime reports as uncaught while `body` runs. */
export async function uncaughtDuring(body: () => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const onException = (error: unknown): void => {
    errors.push(error);
  };
  const onError = (event: Event): void => {
    event.preventDefault();
    errors.push((event as ErrorEvent).error);
  };
  // Node and Bun have the first, browsers and Deno the second.
  const emitter = 'Deno' in globalThis || typeof process === 'undefined' ? undefined : process;
  emitter?.on('uncaughtException', onException);
  if (emitter === undefined) addEventListener('error', onError);
  try {
    await body();
  } finally {
    emitter?.off('uncaughtException', onException);
    if (emitter === undefined) removeEventListener('error', onError);
  }
  return errors;
}
