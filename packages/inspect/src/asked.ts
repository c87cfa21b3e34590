import { isInner } from './call.ts';
import { Request } from './graph.ts';
import type { Method, Place } from './place.ts';
import { seatOf } from './seat.ts';
import { isObject } from './settings.ts';
import { currentTask, newTask } from './task.ts';

/** A method that asks for a lock. */
export interface Way {
  /** What reports call it, unless that is its name. */
  readonly verb?: string;
  /** Where it takes a callback. */
  readonly callbackAt?: number;
  /** Whether a bare verb releases what it takes. */
  readonly isBare?: boolean;
  /** Which side of a read/write lock a bare verb asks for, as in `read.`. */
  readonly side?: string;
  /** Whether nobody holds anything afterwards. */
  readonly isWaitOnly?: boolean;
  /** Whether it runs a user's function under the hold. */
  readonly isSandbox?: boolean;
}

/** One call of a wrapped method. */
export interface Call {
  readonly self: object;
  readonly name: PropertyKey;
  readonly place: Place;
  readonly args: unknown[];
  /** The wrapper, which stacks leave out. */
  readonly wrapper: Method;
}

/** Makes the request of a call. Undefined if the call is not watched. */
export function requestOf({ self, name, place, args, wrapper }: Call, way: Way): Request | undefined {
  const seat = isInner(self, name) ? undefined : seatOf(self, place);
  if (seat === undefined) return undefined;
  const lock = seat.find();
  const options = args.at(-1);
  const isSandbox = way.isSandbox === true || isRun(options);
  const request = new Request(lock, {
    verb: way.verb ?? `${seat.side}${String(name)}`,
    side: way.side ?? seat.side,
    isBare: way.isBare === true,
    task: isSandbox ? newTask() : currentTask(),
    isSandbox,
    stack: lock.settings?.stacks ? stackAbove(wrapper) : undefined,
  });
  const isTry = String(name).startsWith('try');
  request.mayWait = !isTry;
  if (way.isWaitOnly) return request;
  // A number is how many permits to try for, or a timeout.
  if (typeof options === 'number') request.read(isTry ? 'permits' : 'timeout', options);
  else if (isObject(options)) args[args.length - 1] = listenedTo(options, request);
  return request;
}

/** Options that tell what the lock reads of them, so that each is read once. */
function listenedTo(options: object, request: Request): object {
  return new Proxy(options, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      request.read(name, value);
      return value;
    },
  });
}

// `map` asks a lock that it cannot enter by `acquire`, and passes all options. Each of its holds is on its own.
function isRun(options: unknown): boolean {
  // Only an object is looked at: to throw and catch would take most of the time of a call.
  if (!isObject(options)) return false;
  try {
    return ['timeout', 'priority', 'permits', 'signal'].every((name) => Object.hasOwn(options, name));
  } catch {
    return false;
  }
}

/** `Error` in V8, and by now elsewhere. */
interface Capturing {
  captureStackTrace?(target: object, above: Method): void;
}

/** The lines of code that called a wrapper. */
function stackAbove(wrapper: Method): string | undefined {
  const at: { stack?: string } = {};
  // Where there is no such function, the stack begins in here.
  (Error as Capturing).captureStackTrace?.(at, wrapper);
  const { stack = '' } = at.stack === undefined ? new Error('here') : at;
  return stack.replace(/^Error.*\n/, '');
}
