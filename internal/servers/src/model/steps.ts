import { clientAt, type Machine, type Step, TICK } from './machine.ts';
import type { Budget, Message, State } from './state.ts';

/** Everything that can happen next. */
export function stepsOf(machine: Machine, state: State): Step[] {
  const steps: Step[] = [];
  const spend =
    (what: keyof Budget): ((next: State) => void) =>
    (next) =>
      void next.budget[what]--;
  const add = (name: string, run: Step['run'], pay?: (next: State) => void): void => {
    steps.push({
      name,
      run(next) {
        pay?.(next);
        return run(next);
      },
    });
  };
  const { budget } = state;
  state.clients.forEach((client, at) => {
    if (client.phase === 'idle' && client.calls < budget.calls) {
      add(`client ${at} asks`, (next) => {
        const asking = clientAt(next, at);
        asking.calls++;
        machine.begin(asking, at);
        machine.ask(next, at);
      });
    }
    if (client.phase === 'asking' && budget.repeats > 0) {
      add(`client ${at} asks again`, (next) => machine.ask(next, at), spend('repeats'));
    }
    if (client.phase === 'asking' && budget.leaves > 0) {
      add(`client ${at} gives up`, (next) => end(machine, next, at), spend('leaves'));
    }
    if (client.phase === 'holding') {
      add(`client ${at} releases`, (next) => end(machine, next, at));
      if (budget.fences > 0 && isBooked(machine, state, client.id)) {
        add(`client ${at} fences`, (next) => void next.world.fenced.push(client.id), spend('fences'));
      }
      if (budget.renewals > 0) {
        const renew = (next: State): void => {
          const { id } = clientAt(next, at);
          next.commands.push({ op: 'renew', client: at, id, asked: next.world.now, place: '' });
        };
        add(`client ${at} renews`, renew, spend('renewals'));
      }
      if (budget.downgrades > 0 && client.permits > 1) {
        const downgrade = (next: State): void => {
          const holder = clientAt(next, at);
          holder.permits = 1;
          next.commands.push({ op: 'downgrade', client: at, id: holder.id, asked: next.world.now, place: '' });
        };
        add(`client ${at} downgrades`, downgrade, spend('downgrades'));
      }
    }
    if ((client.phase === 'asking' || client.phase === 'holding') && budget.crashes > 0) {
      const crash = (next: State): void => {
        clientAt(next, at).phase = 'dead';
        next.world.listening = next.world.listening.filter((channel) => channel !== `c:${at}`);
      };
      add(`client ${at} crashes`, crash, spend('crashes'));
    }
  });
  state.commands.forEach((command, i) => {
    // A connection keeps the order of what it carries; those of a pool do not.
    if (machine.server.keepsOrder && state.commands.findIndex(({ client }) => client === command.client) < i) return;
    const name = `${command.op} of client ${command.client} arrives`;
    add(name, (next) => machine.serve(next, next.commands.splice(i, 1)[0] ?? command));
    if (budget.duplicates > 0) {
      const again = async (next: State): Promise<void> => {
        await machine.serve(next, command);
        next.commands.push(...next.commands.splice(i, 1));
      };
      add(`${name}, and will again`, again, spend('duplicates'));
    }
  });
  state.messages.forEach((message, i) => {
    if (state.messages.findIndex((other) => wireOf(other) === wireOf(message)) < i) return;
    const name = message.kind === 'push' ? `push "${message.text}"` : `answer to ${message.command.op}`;
    add(`${name} is heard`, (next) => machine.hear(next, next.messages.splice(i, 1)[0] ?? message));
    if (budget.losses > 0) add(`${name} is lost`, (next) => void next.messages.splice(i, 1), spend('losses'));
  });
  for (const id of state.world.fenced) {
    add(`the fenced transaction of ${id} ends`, (next) => {
      next.world.fenced = next.world.fenced.filter((other) => other !== id);
    });
  }
  if (budget.ticks > 0) {
    const tick = (next: State): void => {
      next.world.now += TICK;
    };
    add('a third of a lease passes', tick, spend('ticks'));
  }
  if (budget.restarts > 0) {
    const restart = (next: State): void => {
      machine.server.restart(next.world);
      next.world.now += 1000;
    };
    add('the server restarts empty', restart, spend('restarts'));
  }
  return steps;
}

function end(machine: Machine, state: State, at: number): void {
  const client = clientAt(state, at);
  client.phase = 'idle';
  machine.release(state, at, client.id);
}

function isBooked({ server }: Machine, { world, released }: State, id: string): boolean {
  if (released.includes(id) || world.fenced.includes(id)) return false;
  return server.books(world).holds.some((hold) => hold.id === id);
}

// Answers come over one connection, pushes over another.
function wireOf(message: Message): string {
  return message.kind === 'push' ? `pushes to ${message.client}` : `answers to ${message.command.client}`;
}
