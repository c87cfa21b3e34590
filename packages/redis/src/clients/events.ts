/** What emits events, as clients do. */
export interface Events {
  // biome-ignore lint/suspicious/noExplicitAny: each event has arguments of its own
  on(event: any, listener: (...args: any[]) => void): unknown;
}
