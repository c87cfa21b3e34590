import { isInner, quietly } from './call.ts';
import { isFunction, type Settings } from './settings.ts';

// biome-ignore lint/suspicious/noExplicitAny: it stands for any method
export type Method = (this: any, ...args: any[]) => any;

/** A call of a member that is wrapped, or a read of a property. */
export interface Call {
  readonly self: object;
  readonly name: string;
  readonly args: unknown[];
  readonly place: Place;
  /** What was called. Stacks leave it out. */
  readonly wrapper: Method;
  /** Does what the member does without the wrapper. */
  run(): unknown;
}

/** What is done around a call. */
export type Around = (call: Call) => unknown;

/** What is wrapped, by name, and what is done around it. */
export type Verbs = Readonly<Record<PropertyKey, Around>>;

/** An object whose members are wrapped: a lock, a family, or the prototype of a class. */
export interface Place {
  /** The settings of those that watch it, the newest last. */
  readonly watches: Settings[];
  /** What puts the members back, once no watch uses it, and no place that counts on it. */
  readonly undos: (() => void)[];
  /** The places of the classes of what its methods hand out: views, and the sides of read/write locks. */
  readonly classes: Set<Place>;
  readonly verbs: Verbs;
  uses: number;
}

const places = new WeakMap<object, Place>();

/** The settings of the newest watch of a lock or a family: of itself, else of its class. */
export function settingsOf(watched: object | undefined): Settings | undefined {
  for (let object = watched; object; object = Object.getPrototypeOf(object)) {
    const settings = places.get(object)?.watches.at(-1);
    if (settings !== undefined) return settings;
  }
  return undefined;
}

/** Wraps the members of an object, unless they are already. Each use is to be ended once. */
export function use(object: object, verbs: Verbs): Place {
  const place = places.get(object) ?? { watches: [], undos: [], classes: new Set(), verbs, uses: 0 };
  place.uses++;
  if (place.uses > 1) return place;
  places.set(object, place);
  place.undos.push(() => places.delete(object));
  for (const name of Reflect.ownKeys(verbs)) if (name in object) wrap(object, name, place);
  return place;
}

/** Ends one use. The last one puts the members back. */
export function endUse(place: Place): void {
  place.uses--;
  if (place.uses > 0) return;
  for (const undo of place.undos) undo();
  for (const each of place.classes) endUse(each);
}

/** Wraps what a member of a place hands out, and what it handed out before: all objects of that class. */
export function wrapClassOf(object: object, { classes, verbs }: Place): void {
  const owner = ownerOf(object, 'acquire');
  const known = places.get(owner);
  // An object with methods of its own is not kept: once undone, they call the originals.
  if (known !== undefined && (owner === object || classes.has(known))) return;
  const place = use(owner, verbs);
  if (owner !== object) classes.add(place);
}

function wrap(object: object, name: PropertyKey, place: Place): void {
  const owner = ownerOf(object, name);
  const found = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
  const field = found.get === undefined ? 'value' : 'get';
  if (!isFunction(found[field])) return;
  const around = place.verbs[name] as Around;
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
    if (place.uses === 0 || isInner(this)) return run();
    try {
      return around({ self: this, name: called, args, place, wrapper, run });
    } finally {
      // In a tail call, JavaScriptCore would drop this function, above which stacks begin.
    }
  }
  Object.defineProperty(object, name, { ...found, configurable: true, [field]: wrapper });
  place.undos.push(() => {
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
