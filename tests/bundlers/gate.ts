import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const reports = join(import.meta.dirname, '..', '..', 'reports');

/** Counts the checks of one gate, and writes the counts to the folder where those of all gates are added up. */
export class Gate {
  readonly #name: string;
  readonly #started = performance.now();
  readonly #totals = { passed: 0, failed: 0, skipped: 0 };

  constructor(name: string) {
    this.#name = name;
  }

  /** Runs a check, which fails by throwing. Resolves to whether it passed. */
  async check(what: string, body: () => void | Promise<void>): Promise<boolean> {
    try {
      await body();
      this.#totals.passed++;
      return true;
    } catch (error) {
      this.#totals.failed++;
      console.log(`FAILED ${what}\n${String(error).replace(/^/gm, '  ')}`);
      return false;
    }
  }

  /** Skips a tool that is not installed. If CI is set, that is a failure. */
  async skip(what: string): Promise<void> {
    if (process.env.CI) {
      await this.check(what, () => Promise.reject(new Error('is not installed')));
    } else {
      this.#totals.skipped++;
      console.log(`skipped ${what}, which is not installed; \`pnpm test:runtimes --all\` installs it`);
    }
  }

  /** Prints that a part is done; its failures have already been printed. */
  progress(what: string, since: number): void {
    console.log(`${what}  ${seconds(since)}`);
  }

  /** Prints the table and the counts. */
  end(table: string[][]): void {
    const { passed, failed } = this.#totals;
    const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
    console.log();
    for (const row of table) {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
      console.log(cells.join('  ').trimEnd());
    }
    console.log(`\n${passed} passed, ${failed} failed, in ${seconds(this.#started)}`);
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, `${this.#name}.json`), JSON.stringify(this.#totals));
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  }
}

/** Processes the items two at a time, because even a small machine has two cores. */
export async function inTwoLines<T>(items: readonly T[], body: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const line = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await body(item);
  };
  await Promise.all([line(), line()]);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
