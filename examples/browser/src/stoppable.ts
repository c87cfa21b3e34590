/** Runs work that one button starts and another stops; each is enabled only while it makes sense. */
export async function stoppable(
  begin: HTMLButtonElement,
  stop: HTMLButtonElement,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  stop.onclick = () => controller.abort();
  begin.disabled = true;
  stop.disabled = false;
  await work(controller.signal);
  begin.disabled = false;
  stop.disabled = true;
}
