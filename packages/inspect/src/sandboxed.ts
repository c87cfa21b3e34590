import type { Request } from './graph.ts';
import { end, hold } from './ledger.ts';
import { isFunction } from './settings.ts';
import { callUser, newTask } from './task.ts';
import { whenDone } from './when-done.ts';

/**
 * A user's function that is a sandbox: what the requests hold begins, at the latest, and ends with it.
 *
 * @param hear - hears of what the function is given
 */
export function sandboxed<Fn>(
  requests: readonly Request[],
  fn: Fn,
  hear?: (given: unknown, lost: () => void) => void,
): Fn {
  const task = newTask();
  for (const request of requests) {
    request.task = task;
    request.isSandbox = true;
  }
  // What is no function is left to the lock to refuse.
  if (!isFunction(fn)) return fn;
  const over = (): void => requests.forEach(end);
  return ((...given: never[]) => {
    requests.forEach(hold);
    hear?.(given[0], over);
    try {
      // The lock gets a promise of ours for a foreign thenable, whose `then` must not be called twice.
      return whenDone(
        callUser(task, () => fn(...given)),
        over,
        over,
      );
    } catch (error) {
      over();
      throw error;
    }
  }) as Fn;
}
