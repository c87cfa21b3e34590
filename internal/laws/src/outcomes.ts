/** Logs how calls end, in the order in which they do. */
export class Outcomes {
  readonly log: string[] = [];

  /** A callback that logs its name, or with what error it was called. */
  note(name: string, more: () => void = () => {}): (error?: unknown) => void {
    return (error) => {
      this.log.push(error === undefined ? name : `${name}: ${nameOf(error)}`);
      more();
    };
  }

  /** Logs the name of a promise when it settles, with the error if it rejects. */
  watch(name: string, promise: Promise<unknown>): void {
    void promise.then(
      () => this.log.push(name),
      (error: unknown) => this.log.push(`${name}: ${nameOf(error)}`),
    );
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
