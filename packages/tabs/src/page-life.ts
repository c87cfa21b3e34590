/** Whether the page runs. One that is frozen, or kept for the back button, does not, and may never come back. */
export const page: {
  /** Resolves when the page awakes. Undefined while it is awake. */
  awake: Promise<void> | undefined;
  /** What ends when the page falls asleep. */
  readonly active: Set<{ end(): void }>;
} = { awake: undefined, active: new Set() };

let wake = (): void => {};

/**
 * Listens from now on, however often it is called. (Workers have no such events, and Safari has no `freeze`.)
 *
 * Some of them are the document's, and do not bubble. The window catches them on their way there, before what other
 * listeners do, which may ask for locks.
 */
export function watchPage(): void {
  for (const type of ['freeze', 'pagehide', 'resume', 'pageshow']) globalThis.addEventListener?.(type, listen, true);
}

function listen({ type, target }: Event): void {
  // An element may have events of these names.
  if ((target as Partial<Node>).parentNode) return;
  if (type === 'resume' || type === 'pageshow') {
    page.awake = undefined;
    wake();
  } else {
    page.awake ??= new Promise((resolve) => {
      wake = resolve;
    });
    for (const one of page.active) one.end();
  }
}
