/** The two things that a store needs of a server. Give such an object where your client is no known one. */
export interface PostgresConnection {
  /**
   * Sends one statement, with values for `$1`, `$2`, …: all of them text. What it rejects with counts as the server's
   * error if its `code` is an SQLSTATE outside the classes 08 and 57P, else as a failure of the network.
   */
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  /**
   * Listens to a channel, and keeps listening.
   *
   * @param message - called with the payload of each notification
   * @param up - called after every `LISTEN`, when notifications may have been missed
   * @returns what ends it
   */
  listen(channel: string, message: (text: string) => void, up: () => void): Promise<() => Promise<void>>;
  /**
   * Ends a `listen` that is still under way, and whatever else was made for us; `close()` calls it last. If it is left out,
   * that is left to itself.
   */
  end?(): void;
  /**
   * Whether the session that listens also holds the advisory lock `hashtextextended(channel, 0)`. Then a waiter whose
   * session is gone is skipped at once, else after at most one lease.
   */
  readonly holdsLock?: boolean;
}
