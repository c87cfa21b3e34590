import { rest } from '../rest.ts';
import { Environment } from './environment.ts';
import { type Action, isPromised, type Program } from './program.ts';
import type { Library } from './real-subject.ts';
import { makeReal } from './subjects.ts';
import { World } from './world.ts';

/** What goes wrong at a crossing: an error (`throw`), or an unexpected action. */
export type Fault = Action;

/** A program, one path through it, and what happens on the way. */
export interface FaultProgram {
  program: Program;
  path: Action[];
  faults: Fault[];
}

/** What a fault has left behind. */
export interface Damage {
  name: string;
  /** The crossing at which the fault was injected. */
  at: string;
  fault: Fault;
  log: string[];
  why: string;
}

/** Injects each fault at each crossing: wherever the primitive calls a timer, a signal or a user function. */
export async function injectFaults(
  { program, path, faults }: FaultProgram,
  library: Library,
): Promise<{ runs: number; damage: Damage[] }> {
  const crossings: string[] = [];
  await runWithFault(program, path, library, (where) => crossings.push(where));
  const damage: Damage[] = [];
  for (const [index, at] of crossings.entries()) {
    // No runtime's clearTimeout or removeEventListener throws, and what a reaction of a promise throws is its user's.
    const never = isPromise(program) ? /^(clear|remove|callback)/ : /^(clear|remove)/;
    const possible = faults.filter((fault) => fault !== 'throw' || !never.test(at));
    for (const fault of possible) {
      let count = 0;
      const { why, log } = await runWithFault(program, path, library, (_, world) => {
        if (count++ !== index) return;
        if (fault === 'throw') throw new Error('fault');
        world.perform(fault);
      });
      if (why) damage.push({ name: program.name, at: `${index}: ${at}`, fault, log, why });
    }
  }
  return { runs: 1 + crossings.length * faults.length, damage };
}

function isPromise({ requests }: Program): boolean {
  return Object.values(requests).some(isPromised);
}

async function runWithFault(
  program: Program,
  path: Action[],
  library: Library,
  cross: (where: string, world: World) => void,
): Promise<{ why: string; log: string[] }> {
  const environment = new Environment();
  const restore = environment.install();
  try {
    const world = new World(program, makeReal(program, environment, library));
    const fresh = world.view();
    environment.cross = (where) => cross(where, world);
    world.onCallback = () => cross('callback', world);
    for (const action of path) {
      world.perform(action);
      if (isPromise(program)) await rest();
    }
    environment.cross = () => {};
    world.onCallback = () => {};
    await rest();
    const shared = sharedMutex(program, world.progress.held);
    const why = await complaint(world, fresh);
    return { why: shared === undefined ? why : `two hold the ${shared}`, log: world.log };
  } finally {
    restore();
  }
}

/** When every hold is released, the primitive must be like new, and free. */
async function complaint(world: World, fresh: string): Promise<string> {
  world.finish();
  await rest();
  for (const id of world.progress.held) world.perform(`release ${id}`);
  await rest();
  if (world.view() !== fresh) return `not like new: ${world.view()}`;
  if (world.log.some((line) => line.includes('again'))) return 'settled twice';
  world.perform('ask Z');
  await rest();
  if (world.progress.settled.get('Z') !== 'granted') return 'Z was not granted';
  world.perform('release Z');
  await rest();
  return world.view() === fresh ? '' : `not like new after Z: ${world.view()}`;
}

/** The mutex that two requests hold, where requests name what they want. */
function sharedMutex({ locks = [], requests }: Program, held: ReadonlySet<string>): string | undefined {
  const wants = [...held].flatMap((id) => requests[id]?.wants ?? []).map((want) => `mutex ${want}`);
  return locks.find((lock) => wants.indexOf(lock) !== wants.lastIndexOf(lock));
}
