/** Our milliseconds, of the server's microseconds. */
export function millis(value: unknown): number {
  return Number(value) / 1000;
}

/** The server's microseconds, as text: some clients send no larger numbers than an integer. */
export function micros(ms: number): string {
  return String(Math.ceil(ms * 1000));
}
