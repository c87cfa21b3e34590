import type { Answer, Ask, Booked, Confirmation, LockId, Push, Store, Verdict } from '@valvekit/lease';
import type { RedisConnection } from './connection.ts';
import { storeError } from './errors.ts';
import { keysOf, lockOf } from './keys.ts';
import { type Script, scripts } from './lua/scripts.ts';

/** Keeps locks in Redis: three keys a lock, one script an operation, one channel a process. */
export class RedisStore implements Store {
  readonly client: string;
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #channel: string;

  constructor(connection: RedisConnection, prefix: string, client: string) {
    this.client = client;
    this.#connection = connection;
    this.#prefix = prefix;
    this.#channel = `${prefix}:c:${client}`;
  }

  async listen(push: (push: Push) => void, up: () => void): Promise<() => Promise<void>> {
    const hear = (text: string): void => {
      const heard = pushOf(text);
      if (heard) push(heard);
    };
    try {
      return await this.#connection.subscribe(this.#channel, hear, up);
    } catch (error) {
      throw storeError(error, 'subscribe');
    }
  }

  end(): void {
    this.#connection.end?.();
  }

  async ask(lock: LockId, { capacity, decides, lease, range, notAfter, label, requests }: Ask): Promise<Answer> {
    const limit = notAfter === 0 ? '0' : micros(notAfter);
    const [now, soonest, how, ...rest] = await this.#run('ask', scripts.ask, lock, [
      `${decides ? '' : '~'}${capacity}`,
      micros(lease),
      String(range),
      limit,
      this.#channel,
      label,
      ...requests.flatMap(({ id, permits, priority, place, joins }) => {
        return [id, String(permits), String(priority), String(place), joins ? '1' : '0'];
      }),
    ]);
    const verdicts = requests.map((_, i): Verdict => {
      const [is, a, b, c] = rest.slice(4 * i);
      if (how === 'late') return { is: 'late' };
      if (is === 'granted') return { is, token: Number(a), until: millis(b), length: millis(c) };
      if (is === 'waiting') return { is, place: Number(a), ahead: Number(b) };
      return { is: is === 'gone' ? is : 'refused' };
    });
    return { now: millis(now), soonest: millis(soonest), verdicts };
  }

  async release(lock: LockId, ids: readonly string[]): Promise<Confirmation> {
    return confirmation(await this.#run('release', scripts.release, lock, ids));
  }

  async renew(lock: LockId, ids: readonly string[], lease: number): Promise<Confirmation> {
    return confirmation(await this.#run('renew', scripts.renew, lock, [micros(lease), '0', ...ids]));
  }

  async resize(lock: LockId, id: string, permits: number): Promise<Confirmation> {
    return confirmation(await this.#run('downgrade', scripts.renew, lock, ['0', String(permits), id]));
  }

  async state(lock: LockId): Promise<{ holders: Booked[]; waiting: number }> {
    const [waiting, ...rest] = await this.#run('show the state', scripts.state, lock, []);
    const holders: Booked[] = [];
    for (let i = 0; i < rest.length; i += 5) {
      const [permits, token, since, until, label] = rest.slice(i);
      const times = { since: millis(since), until: millis(until) };
      holders.push({ permits: Number(permits), token: Number(token), ...times, label: String(label) });
    }
    return { holders: holders.sort((a, b) => a.token - b.token), waiting: Number(waiting) };
  }

  async #run(operation: string, { sha, text }: Script, lock: LockId, args: readonly string[]): Promise<string[]> {
    const rest = ['3', ...keysOf(this.#prefix, lock), ...args];
    try {
      return await this.#send(['EVALSHA', sha, ...rest]);
    } catch (error) {
      if (!/NOSCRIPT|NoScriptError/.test(String(Object(error).message))) throw storeError(error, operation);
    }
    try {
      return await this.#send(['EVAL', text, ...rest]);
    } catch (error) {
      throw storeError(error, operation);
    }
  }

  // A client may be set to give numbers as text, and text as bytes.
  async #send(command: readonly string[]): Promise<string[]> {
    return ((await this.#connection.send(command)) as unknown[]).map(String);
  }
}

// The server's microseconds, and our milliseconds.
function millis(value: unknown): number {
  return Number(value) / 1000;
}

function micros(ms: number): string {
  return String(Math.ceil(ms * 1000));
}

function confirmation([now, soonest, ...known]: readonly unknown[]): Confirmation {
  return { now: millis(now), soonest: millis(soonest), known: known.map((each) => Number(each) === 1) };
}

/** What a message says; undefined if it is none of ours. */
function pushOf(message: string): Push | undefined {
  const [is, id = '', key = '', ...numbers] = message.split(' ');
  const lock = lockOf(key);
  if (lock === undefined) return undefined;
  const [first, until, length] = numbers;
  if (is === 'granted') return { is, lock, id, token: Number(first), until: millis(until), length: millis(length) };
  if (is === 'refused') return { is, lock, id, capacity: Number(first) };
  return is === 'taken' ? { is, lock, id } : undefined;
}
