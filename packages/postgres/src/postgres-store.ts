import {
  type Answer,
  type Ask,
  answerOf,
  type Booked,
  type Confirmation,
  confirmationOf,
  failureOf,
  type LockId,
  micros,
  millis,
  type Push,
  type Store,
} from '@valvekit/lease';
import type { PostgresConnection } from './connection.ts';
import { storeError } from './errors.ts';
import { keyOf } from './keys.ts';
import type { PostgresTerms } from './options.ts';
import { heard } from './push.ts';
import { installation } from './sql/install.ts';
import { Statements } from './statements.ts';
import { Unanswered } from './unanswered.ts';

/** Keeps locks in PostgreSQL: rows of four tables, one function an operation, one channel a process. */
export class PostgresStore implements Store {
  readonly client: string;
  readonly #connection: PostgresConnection;
  readonly #statements: Statements;
  readonly #prefix: string;
  readonly #isRelaxed: boolean;
  readonly #unanswered: Unanswered = new Unanswered();

  constructor(connection: PostgresConnection, prefix: string, client: string, terms: PostgresTerms) {
    this.client = client;
    this.#connection = connection;
    this.#statements = new Statements(connection, terms.schema);
    this.#prefix = prefix;
    this.#isRelaxed = terms.isRelaxed;
  }

  async listen(push: (push: Push) => void, up: () => void): Promise<() => Promise<void>> {
    const hear = (text: string): void => {
      const told = heard(text);
      if (told) push(told);
    };
    try {
      return await this.#connection.listen(`valvekit_${this.client}`, hear, up);
    } catch (error) {
      throw storeError(error, 'listen');
    }
  }

  end(): void {
    this.#connection.end?.();
  }

  async ask(lock: LockId, { capacity, decides, lease, range, notAfter, label, requests }: Ask): Promise<Answer> {
    const ids = requests.map(({ id }) => id);
    this.#unanswered.add(ids);
    const answer = await this.#words(
      'ask',
      'bigint bool bigint bigint bigint text bool text text',
      lock,
      [
        capacity,
        decides,
        micros(lease),
        range,
        notAfter === 0 ? 0 : micros(notAfter),
        this.client,
        this.#connection.holdsLock === true,
        label,
        requests
          .map((each) => [each.id, each.permits, each.priority, each.place, Number(each.joins)].join(' '))
          .join(' '),
      ],
      'acquire',
    );
    this.#unanswered.delete(ids);
    return answerOf(answer, requests);
  }

  async release(lock: LockId, ids: readonly string[]): Promise<Confirmation> {
    const words = ids.map((id) => `${id} ${this.#unanswered.has(id) ? 1 : 0}`).join(' ');
    const confirmed = confirmationOf(await this.#words('release', 'text', lock, [words]));
    this.#unanswered.forget(ids);
    return confirmed;
  }

  async renew(lock: LockId, ids: readonly string[], lease: number): Promise<Confirmation> {
    return confirmationOf(await this.#words('renew', 'bigint bigint text', lock, [micros(lease), 0, ids.join(' ')]));
  }

  async resize(lock: LockId, id: string, permits: number): Promise<Confirmation> {
    return confirmationOf(await this.#words('renew', 'bigint bigint text', lock, [0, permits, id], 'downgrade'));
  }

  async state(lock: LockId): Promise<{ holders: Booked[]; waiting: number }> {
    const answer = await this.#statements.call('show the state', 'state_v1', 'text', [keyOf(this.#prefix, lock)]);
    const { waiting, holders }: State = JSON.parse(answer);
    return {
      waiting,
      holders: holders.map(([permits, token, since, until, label]) => {
        return { permits, token, since: millis(since), until: millis(until), label };
      }),
    };
  }

  /** Makes the schema, or upgrades it. */
  async install(): Promise<void> {
    try {
      await this.#statements.send('install', installation(this.schema), []);
    } catch (error) {
      throw failureOf('install()', error);
    }
  }

  /** What to do about an error of a statement of the caller's own. */
  adviceOn(error: unknown, operation: string): Promise<string> {
    return this.#statements.adviceOn(error, operation);
  }

  get schema(): string {
    return this.#statements.schema;
  }

  /** The key of a lock, as the functions take it. */
  keyOf(lock: LockId): string {
    return keyOf(this.#prefix, lock);
  }

  async #words(
    name: string,
    types: string,
    lock: LockId,
    values: readonly unknown[],
    operation = name,
  ): Promise<string[]> {
    const all = [this.keyOf(lock), ...values, this.#isRelaxed];
    return (await this.#statements.call(operation, `${name}_v1`, `text ${types} bool`, all)).split(' ');
  }
}

interface State {
  readonly waiting: number;
  readonly holders: (readonly [permits: number, token: number, since: number, until: number, label: string])[];
}
