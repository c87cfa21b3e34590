import { clientAt, type Machine, type Protocol, TICK } from './machine.ts';
import type { State } from './state.ts';

interface Books {
  /** Id, permits, token, end. */
  readonly holds: (readonly [string, number, number, number])[];
  readonly waiters: Record<string, string>;
}

function booksOf({ world }: State): Books {
  const holds = Object.entries(world.hashes.s ?? {}).flatMap(([field, record]) => {
    const [permits, token, ends] = record.split(' ');
    return field.startsWith('h') ? [[field.slice(1), Number(permits), Number(token), Number(ends)] as const] : [];
  });
  return { holds, waiters: world.hashes.w ?? {} };
}

/** What is wrong after a step, if something is. */
export function faultOf(protocol: Protocol, before: State, state: State): string | undefined {
  const { capacity, permits } = protocol;
  const wasRestarted = state.budget.restarts < before.budget.restarts || state.world.isRestarted === true;
  if (wasRestarted) state.world.isRestarted = true;
  const inside = state.clients.reduce((sum, { phase, deadline }, at) => {
    return sum + (phase === 'holding' && state.world.now < deadline ? (permits[at] ?? 0) : 0);
  }, 0);
  if (inside > capacity && !wasRestarted) return `${inside} permits inside`;

  const [was, is] = [booksOf(before), booksOf(state)];
  const dreamer = is.holds.find(([id, , , ends]) => {
    return state.clients.some(({ id: own, phase, deadline }) => own === id && phase === 'holding' && deadline > ends);
  });
  if (dreamer !== undefined) return `${dreamer[0]} believes in a longer time than is booked`;
  const known = new Set(was.holds.map(([id]) => id));
  for (const [id, , token] of is.holds.filter(([each]) => !known.has(each)).sort((a, b) => a[2] - b[2])) {
    if (token <= state.lastToken) return `token ${token} after ${state.lastToken}`;
    state.lastToken = token;
    const head = state.world.lines.q?.[0]?.[0] ?? '';
    if (!(id in was.waiters) && head !== '' && Number(head.slice(0, 16)) < token && isAlive(state, head.slice(17))) {
      return `${id} overtook ${head}`;
    }
  }
  const isServed = state.commands.length < before.commands.length || state.budget.duplicates < before.budget.duplicates;
  return isServed ? disorder(protocol, state, is) : undefined;
}

/** Whether the waiter's time is not over and somebody listens, as far as the server can see. */
function isAlive(state: State, id: string): boolean {
  const [, , alive, , , counts, , channel = ''] = (state.world.hashes.w?.[id] ?? '').split(' ');
  return Number(alive) > state.world.now && (counts === '0' || state.world.listening.includes(channel));
}

/** What the server's books must be like after each script. */
function disorder({ capacity }: Protocol, state: State, { holds, waiters }: Books): string | undefined {
  const sum = holds.reduce((total, [, permits]) => total + permits, 0);
  const n = Number(state.world.hashes.s?.n ?? 0);
  if (n !== sum) return `${n} permits in use, but the holds have ${sum}`;
  if (sum > capacity) return `${sum} permits booked`;
  const line = (state.world.lines.q ?? []).map(([member]) => member.slice(17));
  if ([...line].sort().join() !== Object.keys(waiters).sort().join()) return 'the line and the waiters differ';
  const [head] = line;
  if (head !== undefined) {
    const wants = Number((waiters[head] ?? '').split(' ')[1]);
    if (sum + wants <= capacity) return `${head} waits although its permits are free`;
  }
  const zombie = [...holds.map(([id]) => id), ...line].find((id) => state.released.includes(id));
  return zombie === undefined ? undefined : `${zombie} is there although it was released`;
}

/** Lets all that live finish, with time, repeats and no faults. Returns who does not. */
export function stuck(machine: Machine, state: State): string | undefined {
  for (let round = 0; round < 24; round++) {
    while (state.commands.length + state.messages.length > 0) {
      const message = state.messages.shift();
      if (message) machine.hear(state, message);
      else machine.serve(state, state.commands.shift() as State['commands'][number]);
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
