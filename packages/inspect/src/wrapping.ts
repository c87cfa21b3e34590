import { isInner, quietly } from './call.ts';
import { isFunction, type Settings } from './settings.ts';

// biome-ignore lint/suspicious/noExplicitAny: it stands for any method
export type Method = (this: any, ...args: any[]) => any;

/** A call of a member that is wrapped, or a read of a property. */
export interface Call {
  readonly self: object;
  readonly name: string;
  readonly args: unknown[];
  readonly wrapping: Wrapping;
  /** What was called. Stacks leave it out. */
  readonly wrapper: Method;
  /** Does what the member does without the wrapper. */
  run(): unknown;
}

/** What is done around a call. */
export type Around = (call: Call) => unknown;

/** What is wrapped, by name, and what is done around it. */
export type Verbs = Readonly<Record<PropertyKey, Around>>;

/** The wrappers around the members of an object: of a lock, a family, or the prototype of a class. */
export interface Wrapping {
  /**
   * What puts the members back, by the wrapper; and what ends the wrapping of the classes of what its methods hand out,
   * views and the sides of read/write locks, by the prototype.
   */
  readonly undos: Map<object, () => void>;
  readonly verbs: Verbs;
  /** How many watches use it, and wrappings that count on it. */
  uses: number;
}

const wrappings = new WeakMap<object, Wrapping>();

const watches = new WeakMap<object, Settings[]>();

/** The settings of those that watch a lock, a family or a class, the newest last. */
export function watchesOf(watched: object): Settings[] {
  const found = watches.get(watched) ?? [];
  watches.set(watched, found);
  return found;
}

/** The settings of the newest watch of a lock or a family: of itself, else of its class. */
export function settingsOf(watched: object | undefined): Settings | undefined {
  for (let object = watched; object; object = Object.getPrototypeOf(object)) {
    const settings = watches.get(object)?.at(-1);
    if (settings !== undefined) return settings;
  }
  return undefined;
}

/** Wraps the members of an object, unless they are already. Each use is to be ended once. */
export function use(object: object, verbs: Verbs): Wrapping {
  const wrapping = wrappings.get(object) ?? { undos: new Map(), verbs, uses: 0 };
  wrappings.set(object, wrapping);
  wrapping.uses++;
  if (wrapping.uses === 1) for (const name of Reflect.ownKeys(verbs)) if (name in object) wrap(object, name, wrapping);
  return wrapping;
}

/** Ends one use. The last one puts the members back. */
export function endUse(wrapping: Wrapping): void {
  wrapping.uses--;
  if (wrapping.uses > 0) return;
  for (const undo of wrapping.undos.values()) undo();
  wrapping.undos.clear();
}

/** Wraps the class of what is handed out, and so what has been handed out before. */
export function wrapClassOf(object: object, { undos, verbs }: Wrapping): void {
  const owner = ownerOf(object, 'acquire');
  if (owner === object) {
    // It is not kept: once undone, its wrappers call the originals.
    if (!wrappings.has(object)) use(object, verbs);
  } else if (!undos.has(owner)) {
    const wrapping = use(owner, verbs);
    undos.set(owner, () => endUse(wrapping));
  }
}

function wrap(object: object, name: PropertyKey, wrapping: Wrapping): void {
  const owner = ownerOf(object, name);
  const found = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
  const field = found.get === undefined ? 'value' : 'get';
  if (!isFunction(found[field])) return;
  const around = wrapping.verbs[name] as Around;
  const called = String(name);
  const isOwn = owner === object;
  function wrapper(this: object, ...args: unknown[]): unknown {
    const original = (): unknown => {
      if (isOwn) return (found[field] as Method).apply(this, args);
      // What it inherits may be wrapped in the meantime, or put back.
      const member: unknown = Reflect.get(Object.getPrototypeOf(object), name, this);
      return field === 'get' ? member : (member as Method).apply(this, args);
    };
    const run = (): unknown => quietly(this, original);
    // Somebody may have kept the wrapper.
    if (wrapping.uses === 0 || isInner(this)) return run();
    try {
      return around({ self: this, name: called, args, wrapping, wrapper, run });
    } finally {
      // In a tail call, JavaScriptCore would drop this function, above which stacks begin.
    }
  }
  Object.defineProperty(object, name, { ...found, configurable: true, [field]: wrapper });
  wrapping.undos.set(wrapper, () => {
    // What somebody else has wrapped in the meantime stays: without a watch, our wrapper calls the original.
    if (Object.getOwnPropertyDescriptor(object, name)?.[field] !== wrapper) return;
    if (isOwn) Object.defineProperty(object, name, found);
    else Reflect.deleteProperty(object, name);
  });
}

/** Where an object has a member from: itself, or a prototype. */
function ownerOf(object: object, name: PropertyKey): object {
  return Object.hasOwn(object, name) ? object : ownerOf(Object.getPrototypeOf(object), name);
}
