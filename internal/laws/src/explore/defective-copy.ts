import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Defect, Edit, Modules } from './defect.ts';

const packages = join(import.meta.dirname, '../../../../packages');

// Vitest's own import takes ten times as long.
const requireNatively = createRequire(import.meta.url);

/** A copy of all sources with a defect. It is removed at the end of its `using` block. */
export class DefectiveCopy implements Disposable {
  private readonly root: string;
  private readonly defect: Pick<Defect, 'plant' | 'edits'>;
  private readonly restores: (() => void)[] = [];

  constructor(defect: Pick<Defect, 'plant' | 'edits'>) {
    this.root = mkdtempSync(join(tmpdir(), 'valvekit-defect-'));
    this.defect = defect;
  }

  /** Writes and loads the copy, and plants what is wrong with its behavior. */
  load(): Modules {
    const { plant, edits = [] } = this.defect;
    const texts = readdirSync(packages).flatMap(sourcesOf);
    for (const edit of edits) apply(texts, edit);
    for (const { file, text } of texts) this.write(file, text);
    this.write('package.json', '{ "type": "module" }');
    const modules = { ...this.import('core/src/line.ts'), ...this.import('valvekit/src/index.ts') } as Modules;
    plant?.(modules, (restore) => this.restores.push(restore));
    return modules;
  }

  [Symbol.dispose](): void {
    for (const restore of this.restores) restore();
    rmSync(this.root, { recursive: true });
  }

  private write(file: string, text: string): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  private import(file: string): object {
    return requireNatively(join(this.root, file)) as object;
  }
}

interface Source {
  /** Its path below the folder of all packages. */
  readonly file: string;
  text: string;
}

function sourcesOf(name: string): Source[] {
  const entries = readdirSync(join(packages, name, 'src'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(packages, path), text: linked(path) }));
}

/** Copies import each other, not the packages. */
function linked(path: string): string {
  const root = relative(dirname(path), packages).replaceAll('\\', '/');
  return readFileSync(path, 'utf8')
    .replaceAll("'@valvekit/core/line'", `'${root}/core/src/line.ts'`)
    .replaceAll(/'@valvekit\/(\w+)'/g, `'${root}/$1/src/index.ts'`);
}

function apply(sources: Source[], [name, search, replace]: Edit): void {
  const own = sources.filter(({ file }) => file.startsWith(join(name, 'src')));
  const count = own.reduce((sum, { text }) => sum + text.split(search).length - 1, 0);
  if (count !== 1) throw new Error(`the sources of ${name} contain this ${count} times, not once: ${search}`);
  for (const source of own) source.text = source.text.replace(search, () => replace);
}
