import type { Task } from './graph.ts';
import { isFunction } from './settings.ts';
import { runIn } from './task.ts';

// The call that is going on. A method that calls the one that it overrides, or a wrapped one, is still the same call.
let callee: object | undefined;
let member: PropertyKey | undefined;

/** Whether this call is made by the method that is wrapped. */
export function isInner(self: object, name: PropertyKey): boolean {
  return self === callee && name === member;
}

/** Runs a function, during which calls of that member of `self` are not watched. */
export function quietly<R>(self: object | undefined, name: PropertyKey | undefined, fn: () => R): R {
  const [outerCallee, outerMember] = [callee, member];
  callee = self;
  member = name;
  try {
    return fn();
  } finally {
    callee = outerCallee;
    member = outerMember;
  }
}

/** A function of the user that is to run in a task. What is no function is left to its callee to refuse. */
export function inTask<Fn>(task: Task | undefined, fn: Fn): Fn {
  if (!isFunction(fn)) return fn;
  return ((...args: unknown[]) => callUser(task, () => fn(...(args as never[])))) as Fn;
}

/** Calls a function of the user, in which all calls are watched again. */
export function callUser<R>(task: Task | undefined, fn: () => R): R {
  return quietly(undefined, undefined, () => runIn(task, fn));
}
