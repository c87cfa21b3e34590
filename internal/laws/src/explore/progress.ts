import { type Action, isGuarded, type Program, possibleActions, wordsOf } from './program.ts';

/** How far a run of a program has got, and so what can happen next. */
export class Progress {
  readonly held: Set<string> = new Set();
  /** How each request has ended, in the order of their ends. */
  readonly settled: Map<string, string> = new Map();
  readonly asked: Set<string> = new Set();
  readonly released: Set<string> = new Set();
  readonly aborted: Set<string> = new Set();
  private readonly program: Program;
  private readonly spent: Set<number> = new Set();

  constructor(program: Program) {
    this.program = program;
  }

  /** What can happen now. */
  enabled(): Action[] {
    const extras = this.program.extras?.filter((_, index) => !this.spent.has(index)) ?? [];
    return [...possibleActions(this.program), ...extras].filter((action) => this.allows(action));
  }

  /** An extra happens once. */
  spend(action: Action): void {
    const index = this.program.extras?.findIndex((each, place) => each === action && !this.spent.has(place)) ?? -1;
    if (index >= 0) this.spent.add(index);
  }

  allows(action: Action): boolean {
    const [verb, id] = wordsOf(action);
    const request = this.program.requests[id];
    switch (verb) {
      case 'ask':
        return !this.asked.has(id) && (request?.of === undefined || this.held.has(request.of));
      case 'release':
      case 'downgrade':
        return this.held.has(id) && this.isHold(id);
      case 'again':
        return this.released.has(id);
      case 'abort':
        return !this.aborted.has(id);
      case 'expire':
        return request?.patience === 'timed' && this.asked.has(id) && !this.settled.has(id);
      case 'over':
        return ![...this.held].some((each) => !isGuarded(this.program.requests[each] ?? {}));
      default:
        return true;
    }
  }

  /** A gate has no holds, an upgrade changes the hold of another request, and some holds end by themselves. */
  private isHold(id: string): boolean {
    const { primitive, requests } = this.program;
    const { form } = requests[id] ?? {};
    return primitive !== 'barrier' && primitive !== 'asemaphore' && form !== 'upgrade' && form !== 'inside';
  }
}
