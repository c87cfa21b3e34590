import type { Settings } from './settings.ts';

// biome-ignore lint/suspicious/noExplicitAny: it stands for any method
export type Method = (this: any, ...args: any[]) => any;

/** Makes the wrapper of a method, or of the getter of a property. */
export type Wrap = (name: PropertyKey, place: Place) => Method;

interface Member {
  /** What the object itself had. Undefined if it inherited the member. */
  readonly own: PropertyDescriptor | undefined;
  readonly wrapper: Method;
}

const places = new WeakMap<object, Place>();

/** An object whose members are wrapped: a lock, a family, or the prototype of a class. */
export class Place {
  /** The settings of those that watch all that inherits from it, the newest last. Its locks share the list. */
  readonly watches: Settings[] = [];
  readonly #object: object;
  readonly #wraps: ReadonlyMap<PropertyKey, Wrap>;
  readonly #members: Map<PropertyKey, Member> = new Map();
  // The places of the classes of what its methods hand out: views, and the sides of read/write locks.
  readonly #classes: Set<Place> = new Set();
  // How many places count on this one for that.
  #uses = 0;

  private constructor(object: object, wraps: ReadonlyMap<PropertyKey, Wrap>) {
    this.#object = object;
    this.#wraps = wraps;
    for (const [name, wrap] of wraps) if (name in object) this.#wrap(name, wrap(name, this));
    places.set(object, this);
  }

  /** The place of an object, whose members are wrapped unless they are already. */
  static of(object: object, wraps: ReadonlyMap<PropertyKey, Wrap>): Place {
    return places.get(object) ?? new Place(object, wraps);
  }

  /** Ends one watch. The last one puts the members back. */
  unwatch(settings: Settings): void {
    this.watches.splice(this.watches.indexOf(settings), 1);
    if (this.watches.length > 0) return;
    for (const place of this.#classes) {
      place.#uses--;
      place.#unwrapIfUnused();
    }
    this.#classes.clear();
    this.#unwrapIfUnused();
  }

  /** Wraps what is handed out, and what was: all objects of that class. */
  wrapClassOf(object: object): void {
    const owner = ownerOf(object, 'acquire');
    const place = Place.of(owner, this.#wraps);
    // An object with methods of its own is not kept: once undone, they call the originals.
    if (owner === object || this.#classes.has(place)) return;
    this.#classes.add(place);
    place.#uses++;
  }

  /** The member as it would be without the wrapper. */
  original(name: PropertyKey, self: object): unknown {
    const own = this.#members.get(name)?.own;
    // What it inherits may be wrapped in the meantime, or put back.
    if (own === undefined) return Reflect.get(Object.getPrototypeOf(this.#object), name, self);
    return own.get === undefined ? own.value : own.get.call(self);
  }

  #wrap(name: PropertyKey, wrapper: Method): void {
    const owner = ownerOf(this.#object, name);
    const found = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    if (found.get === undefined && typeof found.value !== 'function') return;
    this.#members.set(name, { own: owner === this.#object ? found : undefined, wrapper });
    Object.defineProperty(this.#object, name, {
      ...found,
      configurable: true,
      ...(found.get === undefined ? { value: wrapper, writable: true } : { get: wrapper }),
    });
  }

  #unwrapIfUnused(): void {
    if (this.#uses > 0 || this.watches.length > 0) return;
    places.delete(this.#object);
    for (const [name, { own, wrapper }] of this.#members) {
      const now = Object.getOwnPropertyDescriptor(this.#object, name);
      // What somebody else has wrapped in the meantime stays: without a watch, our wrapper calls the original.
      if (now?.value !== wrapper && now?.get !== wrapper) continue;
      if (own === undefined) Reflect.deleteProperty(this.#object, name);
      else Object.defineProperty(this.#object, name, own);
    }
  }
}

/** Where an object has a member from: itself, or a prototype. */
function ownerOf(object: object, name: PropertyKey): object {
  return Object.hasOwn(object, name) ? object : ownerOf(Object.getPrototypeOf(object), name);
}
