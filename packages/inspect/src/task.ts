import { quietly } from './call.ts';
import { Task } from './graph.ts';

interface Storage {
  getStore(): Task | undefined;
  run<R>(task: Task, fn: () => R): R;
}

interface Runtime {
  process: { getBuiltinModule(name: string): { AsyncLocalStorage: new () => Storage } };
}

// Looked for by the first `watch`. Browsers have none: there is no task then.
let storage: Storage | undefined;

/** Looks for the storage. Looking for it never fails. */
export function findStorage(): void {
  try {
    const { process } = globalThis as unknown as Runtime;
    storage ??= new (process.getBuiltinModule('node:async_hooks').AsyncLocalStorage)();
  } catch {
    // A runtime without it.
  }
}

/** The innermost sandbox around the caller that still runs: what it has started may outlive it, and call later. */
export function currentTask(): Task | undefined {
  return storage?.getStore()?.running;
}

/** The task of a sandbox that the caller starts. */
export function newTask(): Task | undefined {
  return storage && new Task(currentTask());
}

/** Calls a function of the user in a task, if it has one. In there, all calls are watched again. */
export function callUser<R>(task: Task | undefined, fn: () => R): R {
  return quietly(undefined, () => (task === undefined ? fn() : (storage as Storage).run(task, fn)));
}
