const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l'; // The alternate screen, no cursor, long lines cut off instead of wrapped.
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearRest = '\u001b[K'; // To the end of the line.
const clearBelow = '\u001b[J';

/** The part of a terminal's stream that a screen needs. */
export interface Terminal {
  readonly rows?: number;
  write(text: string): unknown;
}

/** A terminal that is repainted in place, and restored however the process ends. */
export class Screen implements Disposable {
  readonly #terminal: Terminal;
  readonly #endings: [ending: string, listener: () => void][] = [
    ['exit', () => this.#terminal.write(leave)],
    ['SIGINT', () => process.exit(130)],
    ['SIGTERM', () => process.exit(143)],
    ['SIGHUP', () => process.exit(129)],
  ];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    for (const [ending, listener] of this.#endings) process.once(ending, listener);
    terminal.write(enter);
  }

  paint(lines: readonly string[]): void {
    const shown = lines.slice(0, this.#terminal.rows);
    this.#terminal.write(home + shown.join(`${clearRest}\n`) + clearRest + clearBelow);
  }

  [Symbol.dispose](): void {
    for (const [ending, listener] of this.#endings) process.off(ending, listener);
    this.#terminal.write(leave);
  }
}
