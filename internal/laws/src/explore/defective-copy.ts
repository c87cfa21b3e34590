import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Defect, Edit, Modules } from './defect.ts';

const packages = join(import.meta.dirname, '../../../../packages');

// Vitest's own import takes ten times as long.
const requireNatively = createRequire(import.meta.url);

/** Stands between core and the primitives, so that the class of their lines can be replaced. */
const line = `
import { WaiterQueue as Original } from './core/src/line.ts';
export * from './core/src/line.ts';
export let WaiterQueue = Original;
export function replaceWaiterQueue(Replacement) {
  WaiterQueue = Replacement;
}
`;

/** A copy of all sources with a defect. It is removed at the end of its `using` block. */
export class DefectiveCopy implements Disposable {
  private readonly root: string;
  private readonly plant: Defect['plant'];
  private readonly restores: (() => void)[] = [];

  constructor({ plant, edits = [] }: Pick<Defect, 'plant' | 'edits'>) {
    this.root = mkdtempSync(join(tmpdir(), 'valvekit-defect-'));
    this.plant = plant;
    for (const name of readdirSync(packages)) {
      cpSync(join(packages, name, 'src'), join(this.root, name, 'src'), { recursive: true });
      for (const file of this.sourcesOf(name)) this.link(file);
    }
    writeFileSync(join(this.root, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(this.root, 'line.ts'), line);
    for (const edit of edits) this.apply(edit);
  }

  /** Loads the copy, and plants what is wrong with its behavior. */
  load(): Modules {
    const modules = { ...this.import('line.ts'), ...this.import('valvekit/src/index.ts') } as Modules;
    this.plant?.(modules, (restore) => this.restores.push(restore));
    return modules;
  }

  [Symbol.dispose](): void {
    for (const restore of this.restores) restore();
    rmSync(this.root, { recursive: true });
  }

  private import(file: string): object {
    return requireNatively(join(this.root, file)) as object;
  }

  private sourcesOf(name: string): string[] {
    const folder = join(this.root, name, 'src');
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  /** Copies import each other, not the packages. */
  private link(file: string): void {
    const root = relative(dirname(file), this.root).replaceAll('\\', '/');
    const text = readFileSync(file, 'utf8')
      .replaceAll("'@valvekit/core/line'", `'${root}/line.ts'`)
      .replaceAll(/'@valvekit\/(\w+)'/g, `'${root}/$1/src/index.ts'`);
    writeFileSync(file, text);
  }

  private apply([name, search, replace]: Edit): void {
    const texts = this.sourcesOf(name).map((file) => ({ file, parts: readFileSync(file, 'utf8').split(search) }));
    const count = texts.reduce((sum, { parts }) => sum + parts.length - 1, 0);
    if (count !== 1) throw new Error(`the sources of ${name} contain this ${count} times, not once: ${search}`);
    for (const { file, parts } of texts) writeFileSync(file, parts.join(replace));
  }
}
