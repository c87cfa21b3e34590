/**
 * Which requests may still arrive at the server, once more or late, because a copy of them has not been answered: their
 * statement is under way, or its connection broke. Only their end has to be remembered there.
 */
export class Unanswered {
  readonly #copies = new Map<string, number>();

  add(ids: readonly string[]): void {
    for (const id of ids) this.#copies.set(id, (this.#copies.get(id) ?? 0) + 1);
  }

  /** One copy has been answered. */
  delete(ids: readonly string[]): void {
    for (const id of ids) {
      const copies = this.#copies.get(id) ?? 0;
      if (copies > 1) this.#copies.set(id, copies - 1);
      else this.#copies.delete(id);
    }
  }

  has(id: string): boolean {
    return this.#copies.has(id);
  }

  /** The server remembers their end. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#copies.delete(id);
  }
}
