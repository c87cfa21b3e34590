import {
  type Answer,
  type Ask,
  answerOf,
  type Booked,
  type Confirmation,
  confirmationOf,
  type LockId,
  micros,
  millis,
  type Push,
  pushOf,
  type Store,
} from '@valvekit/lease';
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

  async listen(push: (push: Push) => void, up: () => void, down?: () => void): Promise<() => Promise<void>> {
    const hear = (text: string): void => {
      const told = heard(text);
      if (told) push(told);
    };
    try {
      return await this.#connection.subscribe(this.#channel, hear, up, down);
    } catch (error) {
      throw storeError(error, 'subscribe');
    }
  }

  end(): void {
    this.#connection.end?.();
  }

  async ask(lock: LockId, { capacity, decides, lease, range, notAfter, label, requests }: Ask): Promise<Answer> {
    const limit = notAfter === 0 ? '0' : micros(notAfter);
    const answer = await this.#run('acquire', scripts.ask, lock, [
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
    return answerOf(answer, requests);
  }

  async release(lock: LockId, ids: readonly string[]): Promise<Confirmation> {
    return confirmationOf(await this.#run('release', scripts.release, lock, ids));
  }

  async renew(lock: LockId, ids: readonly string[], lease: number): Promise<Confirmation> {
    return confirmationOf(await this.#run('renew', scripts.renew, lock, [micros(lease), '0', ...ids]));
  }

  async resize(lock: LockId, id: string, permits: number): Promise<Confirmation> {
    return confirmationOf(await this.#run('downgrade', scripts.renew, lock, ['0', String(permits), id]));
  }

  async state(lock: LockId): Promise<{ holders: Booked[]; waiting: number }> {
    const [waiting, ...rest] = await this.#run('show the state', scripts.state, lock, []);
    const holders: Booked[] = [];
    for (let i = 0; i < rest.length; i += 5) {
      const [permits, token, since, until, label] = rest.slice(i, i + 5);
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

/** What a message says; undefined if it is none of ours. */
function heard(message: string): Push | undefined {
  const [is, id = '', key = '', ...numbers] = message.split(' ');
  const lock = lockOf(key);
  return lock && pushOf(is, lock, id, numbers);
}
