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

/** The innermost sandbox around the caller. */
export function currentTask(): Task | undefined {
  return storage?.getStore();
}

/** The task of a sandbox that the caller starts. */
export function newTask(): Task | undefined {
  return storage && new Task(storage.getStore());
}

/** Calls a function in a task. */
export function runIn<R>(task: Task | undefined, fn: () => R): R {
  return storage === undefined || task === undefined ? fn() : storage.run(task, fn);
}
