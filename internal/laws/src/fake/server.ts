/** A request for permits, as the server knows it. */
export interface FakeRequest {
  readonly permits: number;
  readonly priority: number;
  /** Called when the server has granted the permits. */
  granted(): void;
}

/** Where the holds and the line of a fake lock are kept: one place for all handles. */
export class FakeServer {
  readonly capacity: number;
  protected line: FakeRequest[] = [];
  protected holds: FakeRequest[] = [];
  #tokens = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** A number for the next lease, larger than every one before. */
  nextToken(): number {
    return ++this.#tokens;
  }

  /** Grants the request when its turn has come. */
  join(request: FakeRequest): void {
    this.line.splice(this.placeOf(request), 0, request);
    this.drain();
  }

  /** Grants the request if it needs no wait. */
  attempt(request: FakeRequest): boolean {
    if (this.placeOf(request) > 0 || !this.fits(request)) return false;
    this.holds.push(request);
    return true;
  }

  /** Takes a waiting request out of the line. */
  leave(request: FakeRequest): void {
    this.line = this.line.filter((other) => other !== request);
    this.drain();
  }

  /** Ends the hold of a granted request. */
  release(request: FakeRequest): void {
    this.holds = this.holds.filter((other) => other !== request);
    this.drain();
  }

  protected placeOf({ priority }: FakeRequest): number {
    const place = this.line.findIndex((other) => other.priority < priority);
    return place < 0 ? this.line.length : place;
  }

  protected fits({ permits }: FakeRequest): boolean {
    const taken = this.holds.reduce((sum, hold) => sum + hold.permits, 0);
    return taken + permits <= this.capacity;
  }

  protected drain(): void {
    for (let [head] = this.line; head !== undefined && this.fits(head); [head] = this.line) {
      this.line.shift();
      this.holds.push(head);
      head.granted();
    }
  }
}
