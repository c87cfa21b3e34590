import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Edit } from './defect.ts';
import type { Library } from './real-subject.ts';

const packages = join(import.meta.dirname, '../../../../packages');

/** A copy of all sources with the edits made. It is removed at the end of its `using` block. */
export class DefectiveCopy implements Disposable {
  private readonly root: string;

  constructor(edits: readonly Edit[]) {
    this.root = mkdtempSync(join(tmpdir(), 'valvekit-defect-'));
    for (const name of readdirSync(packages)) {
      cpSync(join(packages, name, 'src'), join(this.root, name, 'src'), { recursive: true });
      for (const file of readdirSync(join(this.root, name, 'src'))) this.link(join(this.root, name, 'src', file));
    }
    for (const edit of edits) this.apply(edit);
  }

  load(): Promise<Library> {
    return import(/* @vite-ignore */ pathToFileURL(join(this.root, 'valvekit/src/index.ts')).href);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }

  /** Copies import each other, not the packages. */
  private link(file: string): void {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/'@valvekit\/(\w+)'/g, "'../../$1/src/index.ts'"));
  }

  private apply([file, search, replace]: Edit): void {
    const path = join(this.root, file);
    const parts = readFileSync(path, 'utf8').split(search);
    if (parts.length !== 2) throw new Error(`${file} contains this ${parts.length - 1} times, not once: ${search}`);
    writeFileSync(path, parts.join(replace));
  }
}
