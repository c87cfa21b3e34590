import type { ModelServer, Reply } from './model-server.ts';
import type { Client, Command, Message, State } from './state.ts';

export const LEASE = 3_000_000;
export const TICK = LEASE / 3;

/** How the clients use a server. */
export interface Protocol {
  /** Whether a grant is refused whose time is nearly over. */
  readonly checksDeadline: boolean;
  readonly capacity: number;
  /** Permits of each client. */
  readonly permits: readonly number[];
  /** Whether the server counts only the listeners of its own node, and has none. */
  readonly isCluster: boolean;
}

/** One mutex or semaphore, and callers who use it well. */
export const usual: Protocol = { checksDeadline: true, capacity: 1, permits: [1, 1], isCluster: false };

/** One step of a program: what happens, in words, and how. */
export interface Step {
  readonly name: string;
  run(state: State): void | Promise<void>;
}

export class Machine {
  readonly server: ModelServer;
  readonly protocol: Protocol;

  constructor(server: ModelServer, protocol: Protocol) {
    this.server = server;
    this.protocol = protocol;
  }

  /** The server runs a command. */
  async serve(state: State, command: Command): Promise<void> {
    const { world } = state;
    const { capacity, permits } = this.protocol;
    const mayArrive = command.mayArrive === true;
    const terms = { capacity, permits: permits[command.client] ?? 1, lease: LEASE, mayArrive };
    const reply = await this.server.serve(world, command, terms);
    if (command.op === 'release' && !state.released.includes(command.id)) state.released.push(command.id);
    for (const [channel, text] of world.published) {
      state.messages.push({ kind: 'push', client: Number(channel.slice(2)), text });
    }
    world.published = [];
    if (command.op !== 'release') state.messages.push({ kind: 'answer', command, reply });
  }

  /** Drops what nobody will act upon, so that its order does not multiply the states. */
  prune(state: State): void {
    state.messages = state.messages.filter((message) => {
      const { phase, id } = clientAt(state, message.kind === 'push' ? message.client : message.command.client);
      if (phase === 'dead') return false;
      if (message.kind === 'push') return true;
      const { command } = message;
      return command.id === id && phase === (command.op === 'ask' ? 'asking' : 'holding');
    });
  }

  /** A client hears something. */
  hear(state: State, message: Message): void {
    if (message.kind === 'answer') this.#answer(state, message.command, message.reply);
    else this.#push(state, message.client, message.text);
  }

  ask(state: State, at: number): void {
    const client = clientAt(state, at);
    state.commands.push({ op: 'ask', client: at, id: client.id, asked: state.world.now, place: client.place });
  }

  release(state: State, at: number, id: string): void {
    // What has not arrived has not been answered.
    const mayArrive = state.commands.some((command) => command.op === 'ask' && command.id === id);
    const command: Command = { op: 'release', client: at, id, asked: state.world.now, place: '' };
    state.commands.push(mayArrive ? { ...command, mayArrive } : command);
  }

  /** A new wait, at the end of the line or at an earlier place. */
  begin(client: Client, at: number, place = '0'): void {
    const [, number = '0'] = client.id.split(':');
    const permits = this.protocol.permits[at];
    Object.assign(client, { phase: 'asking', id: `${at}:${Number(number) + 1}`, place, permits });
  }

  #answer(state: State, { op, client: at, id, asked }: Command, reply: Reply): void {
    const client = clientAt(state, at);
    const { now, verdict, token, until, length } = reply;
    if (client.phase === 'dead' || client.id !== id) return;
    if (op === 'renew') {
      if (client.phase === 'holding' && verdict === 'known') {
        client.deadline = Math.max(client.deadline, asked + LEASE);
      } else if (client.phase === 'holding') client.phase = 'idle';
    }
    if (op === 'downgrade' && client.phase === 'holding' && verdict !== 'known') client.phase = 'idle';
    if (op !== 'ask' || client.phase !== 'asking') return;
    client.sample = { now, asked };
    if (verdict === 'waiting') client.place = String(token);
    else if (verdict === 'granted') this.#grant(state, at, token, until, length);
  }

  #push(state: State, at: number, text: string): void {
    const client = clientAt(state, at);
    if (client.phase === 'dead') return;
    const [is, id = '', token, until, length] = text.split(' ');
    const isOurs = client.id === id;
    if (is === 'taken') {
      if (isOurs && client.phase === 'holding') client.phase = 'idle';
    } else if (is === 'look') {
      if (isOurs && client.phase === 'asking') this.ask(state, at);
    } else if (isOurs && client.phase === 'asking') {
      if (client.sample) this.#grant(state, at, Number(token), Number(until), Number(length));
    } else if (!isOurs || client.phase !== 'holding') this.release(state, at, id);
  }

  #grant(state: State, at: number, token: number, until: number, length: number): void {
    const client = clientAt(state, at);
    const { now, asked } = client.sample as { now: number; asked: number };
    const deadline = asked + (until - now);
    if (this.protocol.checksDeadline && state.world.now >= deadline - length / 3) {
      this.release(state, at, client.id);
      this.begin(client, at, client.place);
      this.ask(state, at);
    } else {
      // Without the check a client believes that its time begins now.
      const end = this.protocol.checksDeadline ? deadline : state.world.now + length;
      Object.assign(client, { phase: 'holding', deadline: end, token });
    }
  }
}

export function clientAt(state: State, at: number): Client {
  return state.clients[at] as Client;
}

/** The beginning of every program: nobody has asked yet. */
export function beginning({ server, protocol }: Machine, budget: State['budget']): State {
  const world = server.newWorld(1_700_000_000_000_000);
  world.listening = protocol.isCluster ? [] : protocol.permits.map((_, at) => `c:${at}`);
  world.isCluster = protocol.isCluster;
  const clients = protocol.permits.map((permits, at): Client => {
    return { phase: 'idle', calls: 0, id: `${at}:0`, place: '0', permits, deadline: 0, token: 0, sample: undefined };
  });
  return { world, clients, commands: [], messages: [], budget, lastToken: 0, released: [] };
}
