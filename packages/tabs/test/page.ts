/** The events of a page that is frozen and goes on. */
export class FakePage {
  // It catches the events of the document on their way there.
  readonly #window = new EventTarget();
  readonly #before: [string, PropertyDescriptor | undefined][] = [];

  constructor() {
    this.#set('addEventListener', this.#window.addEventListener.bind(this.#window));
    this.#set('removeEventListener', this.#window.removeEventListener.bind(this.#window));
  }

  freeze(): void {
    this.#window.dispatchEvent(new Event('freeze'));
  }

  resume(): void {
    this.#window.dispatchEvent(new Event('resume'));
  }

  hide(): void {
    this.#window.dispatchEvent(new Event('pagehide'));
  }

  show(): void {
    this.#window.dispatchEvent(new Event('pageshow'));
  }

  /** An element of the page dispatches an event of its own. */
  dispatchInside(type: string): void {
    const event = new Event(type);
    Object.defineProperty(event, 'target', { value: { parentNode: {} } });
    this.#window.dispatchEvent(event);
  }

  restore(): void {
    // It must not be asleep in the next test.
    this.show();
    for (const [name, descriptor] of this.#before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }

  #set(name: string, value: unknown): void {
    this.#before.push([name, Object.getOwnPropertyDescriptor(globalThis, name)]);
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
}
