import { clientAt, type Machine, TICK } from './machine.ts';
import type { Books, Waiting } from './model-server.ts';
import type { State } from './state.ts';

/** What is wrong after a step, if something is. */
export function faultOf({ server, protocol }: Machine, before: State, state: State): string | undefined {
  const { capacity } = protocol;
  const wasRestarted = state.budget.restarts < before.budget.restarts || state.world.isRestarted === true;
  if (wasRestarted) state.world.isRestarted = true;
  const inside = state.clients.reduce((sum, { phase, deadline, permits }) => {
    return sum + (phase === 'holding' && state.world.now < deadline ? permits : 0);
  }, 0);
  if (inside > capacity && !wasRestarted) return `${inside} permits inside`;

  const [was, is] = [server.books(before.world), server.books(state.world)];
  const dreamer = is.holds.find(({ id, ends }) => {
    return state.clients.some(({ id: own, phase, deadline }) => own === id && phase === 'holding' && deadline > ends);
  });
  if (dreamer !== undefined) return `${dreamer.id} believes in a longer time than is booked`;
  const permitsOf = (books: Books, id: string): number | undefined => {
    return books.holds.find((hold) => hold.id === id)?.permits;
  };
  const stolen = state.world.fenced.find((id) => permitsOf(is, id) !== permitsOf(was, id));
  if (stolen !== undefined && !wasRestarted) return `${stolen} was taken from a fenced transaction`;
  const isServed = state.commands.length < before.commands.length || state.budget.duplicates < before.budget.duplicates;
  // What a client asked before it crashed may arrive later, and is granted as if it were new.
  const isAnswer = (id: string): boolean =>
    isServed && before.commands.some((command) => command.op === 'ask' && command.id === id);
  const known = new Set(was.holds.map(({ id }) => id));
  for (const { id, token } of is.holds.filter((hold) => !known.has(hold.id)).sort((a, b) => a.token - b.token)) {
    if (token <= state.lastToken) return `token ${token} after ${state.lastToken}`;
    state.lastToken = token;
    const [head] = is.line;
    const waited = was.line.find((waiter) => waiter.id === id);
    if (head !== undefined && head.place < (waited?.place ?? token) && isAlive(state, head)) {
      return `${id} overtook ${head.id}`;
    }
    if (waited && !isHeard(state, waited) && !isAnswer(id)) return `${id} was granted although nobody listens`;
  }
  return isServed ? disorder(capacity, state, is) : undefined;
}

/** Whether the waiter's time is not over and somebody listens, as far as the server can see. */
function isAlive(state: State, waiter: Waiting): boolean {
  return waiter.alive > state.world.now && isHeard(state, waiter);
}

function isHeard({ world }: State, { isCounted, client }: Waiting): boolean {
  return !isCounted || world.listening.includes(`c:${client}`);
}

/** What the server's books must be like after each command. */
function disorder(capacity: number, state: State, { holds, line, used, waiters }: Books): string | undefined {
  const sum = holds.reduce((total, { permits }) => total + permits, 0);
  if (used !== sum) return `${used} permits in use, but the holds have ${sum}`;
  if (sum > capacity) return `${sum} permits booked`;
  const ids = line.map(({ id }) => id);
  if ([...ids].sort().join() !== [...waiters].sort().join()) return 'the line and the waiters differ';
  const [head] = line;
  if (head !== undefined && sum + head.permits <= capacity) return `${head.id} waits although its permits are free`;
  const there = [...holds.filter(({ isReleased }) => !isReleased).map(({ id }) => id), ...ids];
  const zombie = there.find((id) => state.released.includes(id));
  return zombie === undefined ? undefined : `${zombie} is there although it was released`;
}

/** Lets all that live finish, with time, repeats and no faults. Returns who does not. */
export async function stuck(machine: Machine, state: State): Promise<string | undefined> {
  state.world.fenced = [];
  for (let round = 0; round < 24; round++) {
    while (state.commands.length + state.messages.length > 0) {
      const message = state.messages.shift();
      if (message) machine.hear(state, message);
      else await machine.serve(state, state.commands.shift() as State['commands'][number]);
    }
    state.clients.forEach(({ phase, id }, at) => {
      if (phase === 'asking') machine.ask(state, at);
      if (phase === 'holding') {
        clientAt(state, at).phase = 'idle';
        machine.release(state, at, id);
      }
    });
    if (state.commands.length + state.messages.length === 0) return undefined;
    state.world.now += TICK;
  }
  return state.clients.map(({ phase }, at) => `client ${at} is ${phase}`).join(', ');
}
