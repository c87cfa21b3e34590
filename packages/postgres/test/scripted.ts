import type { PostgresConnection } from '@valvekit/postgres';

/** A connection that answers as a test tells it to. */
export class Scripted implements PostgresConnection {
  readonly statements: (readonly [text: string, values: readonly unknown[]])[] = [];
  /** What each statement is answered with: the first value of its first row. */
  answer: (text: string, values: readonly unknown[]) => unknown = () => '';
  message: (text: string) => void = () => {};
  up: () => void = () => {};
  isListening = false;

  async query(text: string, values: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }> {
    this.statements.push([text, values]);
    const answer = await this.answer(text, values);
    if (answer instanceof Error) throw answer;
    return { rows: answer === undefined ? [] : [{ answer }] };
  }

  async listen(channel: string, message: (text: string) => void, up: () => void): Promise<() => Promise<void>> {
    const refusal = this.answer(`listen ${channel}`, []);
    if (refusal instanceof Error) throw refusal;
    this.message = message;
    this.up = up;
    this.isListening = true;
    return async () => {
      this.isListening = false;
    };
  }
}

/** An error of the server, as clients throw it. */
export function sqlError(code: string, message = 'words of the server'): Error {
  return Object.assign(new Error(message), { code, query: 'select secret', parameters: ['secret'] });
}
