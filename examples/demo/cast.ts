const asking = new Set(['asks', 'waits']);
const entering = new Set(['holds', 'reads', 'writes', 'starts']);
const leaving = new Set([
  'leaves',
  'ends',
  'throws',
  'rejects',
  'resolves',
  'gives up',
  'goes on',
  'is killed',
  'is paused',
]);

/** The current holders and waiters, derived from the events of an example. */
export class Cast {
  readonly inside = new Set<string>();
  readonly waiting = new Set<string>();

  tell(who: string, does: string): void {
    if (asking.has(does)) {
      this.waiting.add(who);
    } else if (entering.has(does)) {
      this.waiting.delete(who);
      this.inside.add(who);
    } else if (leaving.has(does)) {
      this.waiting.delete(who);
      this.inside.delete(who);
    }
  }
}
