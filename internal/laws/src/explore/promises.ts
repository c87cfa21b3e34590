import { microtasks } from '../rest.ts';
import type { Difference } from './compare.ts';
import { Environment } from './environment.ts';
import { type Action, type Program, wordsOf } from './program.ts';
import type { Library } from './real-subject.ts';
import { makeModel, makeReal } from './subjects.ts';
import { World } from './world.ts';

/** More microtasks than any outcome needs to arrive. */
const ALL = 16;

type Choose = (ways: string[]) => string | undefined;

/** One run of a program whose requests return promises, on the real primitive and on the model. */
export class PromiseRun {
  readonly path: Action[] = [];
  private readonly program: Program;
  private readonly model: World;
  private readonly real: World;
  private readonly restore: () => void;

  constructor(program: Program, library: Library) {
    const environment = new Environment();
    this.program = program;
    this.restore = environment.install();
    this.model = new World(program, makeModel(program));
    this.real = new World(program, makeReal(program, environment, library));
  }

  /**
   * Between two actions 0, 1, or all microtasks run; a request acts on its grant only once its promise has
   * resolved. The state is compared at each of these points, the outcomes when everything is at rest.
   */
  async run(choose: Choose): Promise<Difference | undefined> {
    try {
      for (;;) {
        const action = await this.next(choose);
        if (action === undefined) break;
        this.path.push(action);
        this.model.step(action);
        this.real.step(action);
        const isSlow = this.isSandbox(action);
        const ticks = isSlow ? 'all' : this.isPending() ? choose(['0', '1', 'all']) : '0';
        if (ticks !== '0') this.path.push(`drain ${ticks}`);
        const difference = (isSlow ? undefined : this.differ()) ?? (await this.drain(ticks));
        if (difference) return difference;
      }
      this.model.finish();
      this.real.finish();
      return await this.drain('all');
    } finally {
      this.restore();
    }
  }

  private async next(choose: Choose): Promise<Action | undefined> {
    if (this.real.progress.enabled().length === 0) await microtasks(ALL);
    const actions = this.real.progress.enabled();
    return actions.length > 0 ? choose(actions) : undefined;
  }

  /** The end of a sandbox's function takes some microtasks to arrive at the lock. */
  private isSandbox(action: Action): boolean {
    const [verb, id] = wordsOf(action);
    return verb === 'release' && this.program.requests[id]?.form === 'sandbox';
  }

  private isPending(): boolean {
    return this.model.progress.settled.size > this.real.progress.settled.size;
  }

  private async drain(ticks: string | undefined): Promise<Difference | undefined> {
    if (ticks === '1') await microtasks(1);
    if (ticks !== 'all') return this.differ();
    await microtasks(ALL);
    return this.differ() ?? this.atRest();
  }

  /** At any moment the state is the model's, and so is every outcome that is known by then. */
  private differ(): Difference | undefined {
    const { model, real } = this;
    const seen = [...real.progress.settled].map(([id, outcome]) => `${id} ${outcome}`);
    const expected = [...real.progress.settled.keys()].map((id) => `${id} ${model.progress.settled.get(id)}`);
    return this.difference([model.view(), ...expected], [real.view(), ...seen]);
  }

  /** At rest every outcome is known, and requests of the same form have settled in the order of their grants. */
  private atRest(): Difference | undefined {
    const seen = ({ progress: { settled } }: World) =>
      ['promise', 'acquire'].flatMap((form) =>
        [...settled].filter(([id]) => this.program.requests[id]?.form === form).map((outcome) => outcome.join(' ')),
      );
    const all = ({ progress: { settled } }: World) => [...settled.keys()].sort();
    return this.difference([...all(this.model), ...seen(this.model)], [...all(this.real), ...seen(this.real)]);
  }

  private difference(expected: string[], actual: string[]): Difference | undefined {
    if (expected.join() === actual.join()) return undefined;
    return { path: this.path, expected, actual };
  }
}
