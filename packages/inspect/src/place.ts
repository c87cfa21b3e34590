import type { Settings } from './settings.ts';

// biome-ignore lint/suspicious/noExplicitAny: it stands for any method
export type Method = (this: any, ...args: any[]) => any;

/** Makes the wrapper of a method, or of the getter of a property. */
export type Wrap = (name: PropertyKey, place: Place) => Method;

/** The wraps of members, by their names. */
export type Wraps = Readonly<Record<PropertyKey, Wrap>>;

interface Member {
  /** What the object itself had. Undefined if it inherited the member. */
  readonly own: PropertyDescriptor | undefined;
  readonly wrapper: Method;
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

/** An object whose members are wrapped: a lock, a family, or the prototype of a class. */
export class Place {
  /** The settings of those that watch it, the newest last. */
  readonly watches: Settings[] = [];
  readonly #object: object;
  readonly #wraps: Wraps;
  readonly #members: Map<PropertyKey, Member> = new Map();
  // The places of the classes of what its methods hand out: views, and the sides of read/write locks.
  readonly #classes: Set<Place> = new Set();
  // The number of its watches, and of the places that count on it.
  #uses = 0;

  private constructor(object: object, wraps: Wraps) {
    this.#object = object;
    this.#wraps = wraps;
    for (const name of Reflect.ownKeys(wraps)) if (name in object) this.#wrap(name);
    places.set(object, this);
  }

  /** Wraps the members of an object, unless they are already. Each use is ended once. */
  static use(object: object, wraps: Wraps): Place {
    const place = places.get(object) ?? new Place(object, wraps);
    place.#uses++;
    return place;
  }

  /** Ends one watch. */
  unwatch(settings: Settings): void {
    this.watches.splice(this.watches.indexOf(settings), 1);
    this.#leave();
  }

  /** Whether it still is wrapped. Somebody may have kept a wrapper. */
  get isUsed(): boolean {
    return this.#uses > 0;
  }

  // The last one to leave puts the members back.
  #leave(): void {
    this.#uses--;
    if (this.isUsed) return;
    places.delete(this.#object);
    for (const place of this.#classes) place.#leave();
    for (const [name, { own, wrapper }] of this.#members) {
      const now = Object.getOwnPropertyDescriptor(this.#object, name);
      // What somebody else has wrapped in the meantime stays: without a watch, our wrapper calls the original.
      if (now?.value !== wrapper && now?.get !== wrapper) continue;
      if (own === undefined) Reflect.deleteProperty(this.#object, name);
      else Object.defineProperty(this.#object, name, own);
    }
  }

  /** Wraps what is handed out, and what was: all objects of that class. */
  wrapClassOf(object: object): void {
    const owner = ownerOf(object, 'acquire');
    const known = places.get(owner);
    if (known !== undefined && this.#classes.has(known)) return;
    // An object with methods of its own is not kept: once undone, they call the originals.
    if (owner !== object) this.#classes.add(Place.use(owner, this.#wraps));
    else if (known === undefined) new Place(owner, this.#wraps);
  }

  /** The member as it would be without the wrapper. */
  original(name: PropertyKey, self: object): unknown {
    const own = this.#members.get(name)?.own;
    // What it inherits may be wrapped in the meantime, or put back.
    if (own === undefined) return Reflect.get(Object.getPrototypeOf(this.#object), name, self);
    return own.get === undefined ? own.value : own.get.call(self);
  }

  #wrap(name: PropertyKey): void {
    const owner = ownerOf(this.#object, name);
    const found = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    const field = found.get === undefined ? 'value' : 'get';
    if (typeof found[field] !== 'function') return;
    const wrapper = (this.#wraps[name] as Wrap)(name, this);
    this.#members.set(name, { own: owner === this.#object ? found : undefined, wrapper });
    Object.defineProperty(this.#object, name, {
      ...found,
      ...(field === 'value' && { writable: true }),
      configurable: true,
      [field]: wrapper,
    });
  }
}

/** Where an object has a member from: itself, or a prototype. */
function ownerOf(object: object, name: PropertyKey): object {
  return Object.hasOwn(object, name) ? object : ownerOf(Object.getPrototypeOf(object), name);
}
