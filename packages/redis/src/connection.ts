/** The two things that a store needs of a server. Give such an object where your client is no known one. */
export interface RedisConnection {
  /**
   * Sends a command. What it rejects with counts as the server's error if the message begins with an upper-case code of
   * Redis (`NOPERM`, `WRONGTYPE`, …), else as a failure of the network.
   */
  send(command: readonly string[]): Promise<unknown>;
  /**
   * Subscribes to a channel, and keeps it subscribed.
   *
   * @param message - called with the text of each message
   * @param up - called after every subscription and re-subscription, when messages may have been missed
   * @param down - may be called when the subscription has ended for good, so that it is made anew
   * @returns what ends it
   */
  subscribe(
    channel: string,
    message: (text: string) => void,
    up: () => void,
    down?: () => void,
  ): Promise<() => Promise<void>>;
  /**
   * Ends a `subscribe` that is still under way, and whatever else was made for us; `close()` calls it last. If it is left
   * out, that is left to itself.
   */
  end?(): void;
}
