// The parts of a program start together, and each one waits until the program reaches the state that it needs. The
// barrier keeps the state, so a part that comes late does not miss it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Barrier } from 'valvekit';
import { printed } from './stage.ts';

const states = ['starting', 'configured', 'connected', 'ready'] as const;
type State = (typeof states)[number];

/** A condition: this state, or any state after it. */
function reached(state: State): (now: State) => boolean {
  return (now) => states.indexOf(now) >= states.indexOf(state);
}

export async function main({ tick, watch, tell } = printed): Promise<void> {
  const program = new Barrier<State>('starting');
  watch(program);

  async function part(who: string, needs: State, ticks: number, leadsTo?: State): Promise<void> {
    tell(who, 'waits', `until ${needs}`);
    await program.wait(reached(needs));
    tell(who, 'starts');
    await sleep(ticks * tick);
    tell(who, 'ends', leadsTo && `and sets ${leadsTo}`);
    if (leadsTo) program.set(leadsTo);
  }

  async function healthCheck(): Promise<void> {
    tell('health check', 'waits', 'until ready, but not for long');
    try {
      await program.wait('ready', { timeout: 12 * tick });
    } catch (error) {
      tell('health check', 'gives up', `with ${(error as Error).name}: not healthy yet`);
    }
  }

  await Promise.all([
    part('job runner', 'ready', 6),
    part('web server', 'connected', 12, 'ready'),
    part('cache', 'connected', 8),
    part('database', 'configured', 12, 'connected'),
    part('log', 'configured', 4),
    part('settings', 'starting', 6, 'configured'),
    healthCheck(),
  ]);
  tell('latecomer', 'waits', 'until configured');
  await program.wait(reached('configured'));
  tell('latecomer', 'goes on', `at once: the program is ${program.get()}`);
}

if (import.meta.main) await main();
