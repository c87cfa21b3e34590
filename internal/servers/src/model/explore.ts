import { createHash } from 'node:crypto';
import { beginning, Machine, type Protocol } from './machine.ts';
import type { ModelServer } from './model-server.ts';
import { faultOf, stuck } from './properties.ts';
import { type Budget, copy, nothing, type State } from './state.ts';
import { stepsOf } from './steps.ts';

export interface Exploration {
  readonly states: number;
  readonly runs: number;
  /** The first fault, and the program that leads to it. */
  readonly fault: string | undefined;
}

/** Runs every interleaving within the budget, each state once, and stops at the first fault. */
export async function explore(
  server: ModelServer,
  protocol: Protocol,
  budget: Partial<Budget>,
  most = Number.POSITIVE_INFINITY,
): Promise<Exploration> {
  let runs = 0;
  const machine = new Machine(server, protocol);
  const seen = new Set<string>();
  // Those that have been looked at are dropped: there are hundreds of thousands.
  const todo: ({ state: State; path: string[] } | undefined)[] = [
    { state: beginning(machine, { ...nothing, ...budget }), path: [] },
  ];
  const report = (what: string, path: readonly string[]): Exploration => {
    return { states: seen.size, runs, fault: `${what}\n${path.map((name) => `  ${name}`).join('\n')}` };
  };
  // Breadth first, so that the first fault is a short one.
  for (let at = 0; at < todo.length && seen.size < most; at++) {
    const { state, path } = todo[at] as NonNullable<(typeof todo)[number]>;
    todo[at] = undefined;
    const steps = stepsOf(machine, state);
    for (const { name, run } of steps) {
      const next = copy(state);
      await run(next);
      machine.prune(next);
      runs += name.includes('arrives') ? 1 : 0;
      const trail = [...path, name];
      const fault = faultOf(machine, state, next);
      if (fault !== undefined) return report(fault, trail);
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      todo.push({ state: next, path: trail });
    }
    // Where nothing more happens by itself, everybody must be able to finish.
    const isQuiet = state.commands.length + state.messages.length + state.budget.ticks === 0;
    if (isQuiet && !state.world.isRestarted) {
      const what = await stuck(machine, copy(state));
      if (what !== undefined) return report(`never ends: ${what}`, path);
    }
  }
  return { states: seen.size, runs, fault: undefined };
}

// What is on its way on different connections has no order; the sort is stable within one. A hash, because the whole text of
// each state would not fit into memory.
function keyOf(state: State): string {
  const sorted = (items: readonly { client?: number; command?: { client: number }; kind?: string }[]): unknown[] => {
    return [...items].sort((a, b) => wire(a) - wire(b));
  };
  const text = JSON.stringify({ ...state, commands: sorted(state.commands), messages: sorted(state.messages) });
  return createHash('sha1').update(text).digest('base64');
}

function wire({ client, command, kind }: { client?: number; command?: { client: number }; kind?: string }): number {
  return (client ?? command?.client ?? 0) * 2 + (kind === 'push' ? 1 : 0);
}
