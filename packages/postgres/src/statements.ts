import { adviceOn } from './advice.ts';
import type { PostgresConnection } from './connection.ts';
import { isConflict, storeError } from './errors.ts';

// Where transactions see one state of the data from their first statement on, those that meet at a lock fail but for one.
const TRIES = 50;

/** Calls the functions of a schema. */
export class Statements {
  readonly schema: string;
  readonly #connection: PostgresConnection;
  readonly #texts = new Map<string, string>();

  constructor(connection: PostgresConnection, schema: string) {
    this.schema = schema;
    this.#connection = connection;
  }

  /**
   * What a function answers.
   *
   * @param operation - what messages call it
   * @param types - the types of its arguments, with spaces between them
   */
  async call(operation: string, name: string, types: string, values: readonly unknown[]): Promise<string> {
    let text = this.#texts.get(name);
    if (text === undefined) {
      // Sent as text, whatever a client makes of numbers and booleans.
      const parameters = types.split(' ').map((type, i) => `$${i + 1}::text::${type}`);
      text = `select "${this.schema}".${name}(${parameters.join(', ')})`;
      this.#texts.set(name, text);
    }
    return this.send(operation, text, values.map(String));
  }

  /** Sends a statement until no other transaction gets in its way. Answers the first value of its first row. */
  async send(operation: string, text: string, values: readonly string[]): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        const { rows } = await this.#connection.query(text, values);
        return String(Object.values(rows[0] ?? {})[0]);
      } catch (error) {
        if (!isConflict(error) || tries === TRIES) throw await this.told(error, operation);
      }
      await new Promise((resolve) => void setTimeout(resolve, Math.random() * Math.min(tries, 20)));
    }
  }

  /** What a caller is told of an error, with what to do about it. */
  async told(error: unknown, operation: string): Promise<unknown> {
    return storeError(error, operation, await this.adviceOn(error, operation));
  }

  /** What to do about an error. */
  adviceOn(error: unknown, operation: string): Promise<string> {
    return adviceOn(error, operation, this.#connection, this.schema);
  }
}
