/**
 * A place in a ring, which is a circular doubly linked list: joining and leaving touch only the neighbours.
 *
 * ```text
 *   ┌─► ring ◄─► first ◄─► second ◄─► last ◄─┐      alone:  ┌─► ring ◄─┐
 *   └────────────────────────────────────────┘              └──────────┘
 * ```
 */
export class Link {
  // Set by the constructor alone: fields that a class defines make a contended lock a tenth slower (bench W3).
  declare next: Link;
  declare previous: Link;

  constructor() {
    this.next = this;
    this.previous = this;
  }
}

/** Joins `link` to the ring as its last member. */
export function append(ring: Link, link: Link): void {
  const last = ring.previous;
  link.previous = last;
  link.next = ring;
  last.next = link;
  ring.previous = link;
}

/** Takes `link` out of its ring. A link that left points at nothing of the ring, so that it keeps nothing alive. */
export function unlink(link: Link): void {
  link.previous.next = link.next;
  link.next.previous = link.previous;
  link.next = link;
  link.previous = link;
}

/** Whether a ring has no members, or a link is in no ring. */
export function isAlone(link: Link): boolean {
  return link.next === link;
}
