import type { Request } from './request.ts';

interface Storage {
  getStore(): Task | undefined;
  run<R>(task: Task, fn: () => R): R;
}

interface Runtime {
  process: { getBuiltinModule(name: string): { AsyncLocalStorage: new () => Storage } };
}

// Looked for by the first `watch`. Browsers have none: there is no task then.
let storage: Storage | undefined;
let tasks = 0;

/**
 * One sandbox: what runs in it, and in the sandboxes that it starts. A chain of them has one number, which reports show;
 * a sandbox that starts while a sibling runs begins a chain of its own.
 */
export class Task {
  readonly parent: Task | undefined;
  readonly number: number;
  /** The requests that wait in here, at any depth. All of them have to end before this can. */
  waits: Set<Request> | undefined;
  #heir: Task | undefined;

  constructor(parent: Task | undefined) {
    this.parent = parent;
    this.waits = undefined;
    this.#heir = undefined;
    if (parent === undefined || parent.#heir !== undefined) {
      tasks++;
      this.number = tasks;
    } else {
      parent.#heir = this;
      this.number = parent.number;
    }
  }

  /** The sandbox is over: the next one may go on with its number. */
  end(): void {
    const { parent } = this;
    if (parent !== undefined && parent.#heir === this) parent.#heir = undefined;
  }
}

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
