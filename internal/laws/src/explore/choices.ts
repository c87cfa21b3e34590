/** Every way through a tree of choices, each from its root. */
export class Choices {
  private readonly choices: { taken: number; of: number }[] = [];
  private depth = 0;

  /** The way to go from here on this run. */
  take<Way>(ways: readonly Way[]): Way | undefined {
    if (ways.length === 0) return undefined;
    const choice = this.choices[this.depth] ?? { taken: 0, of: ways.length };
    this.choices[this.depth++] = choice;
    return ways[choice.taken];
  }

  /** Turns to the next run: the last choice that has another way to go takes it. False when there is none. */
  advance(): boolean {
    this.depth = 0;
    for (let last = this.choices.pop(); last; last = this.choices.pop()) {
      if (last.taken + 1 < last.of) {
        this.choices.push({ taken: last.taken + 1, of: last.of });
        return true;
      }
    }
    return false;
  }
}
