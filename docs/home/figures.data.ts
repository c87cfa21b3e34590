// Figures of the home page, all of them made from the results of the benchmarks and the manifests.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line, Results } from '../../internal/bench/src/results.ts';
import { oursIn, placesOf } from '../../internal/bench/src/standing.ts';

export interface Figure {
  value: string;
  text: string;
  link: string;
}

export interface Figures {
  figures: Figure[];
  /** Which scopes this version has. */
  scopes: string[];
}

export declare const data: Figures;

const root = join(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

export default {
  watch: ['../../internal/bench/results/node-26.json'],
  load(): Figures {
    const { lines } = read('internal/bench/results/node-26.json') as Results;
    const { dependencies } = read('packages/valvekit/package.json') as { dependencies: Record<string, string> };
    const foreign = Object.keys(dependencies).filter((name) => !name.startsWith('@valvekit/'));
    return {
      figures: [
        { value: String(foreign.length), text: 'external dependencies', link: '/packages/valvekit' },
        { value: kilobytes(lines, 'ours'), text: 'for a Mutex with everything, compressed', link: '/cost#sizes' },
        { value: kilobytes(lines, 'sibling'), text: 'for a Mutex of @valvekit/lite', link: '/packages/lite' },
        { value: free(lines), text: 'to run a function under a free lock', link: '/cost#speed' },
        { value: ahead(lines), text: 'benchmarks in which no other library is faster', link: '/cost#summary' },
      ],
      scopes: ['tabs', 'redis', 'postgres'].filter((name) => existsSync(join(root, 'packages', name))),
    };
  },
};

function kilobytes(lines: Line[], kind: 'ours' | 'sibling'): string {
  const line = lines.find(({ row }) => row === 'S Mutex');
  const value = line && placesOf(line).find((place) => place.kind === kind)?.value;
  return `${((value ?? Number.NaN) / 1000).toFixed(1)} kB`;
}

function free(lines: Line[]): string {
  const line = lines.find(({ row }) => row === 'W2 async');
  return `${Math.round((line && oursIn(line)?.value) ?? Number.NaN)} ns`;
}

// Smaller differences may be reversed in the next run.
const NOISE = 0.05;

function ahead(lines: Line[]): string {
  const rows = lines.filter(
    (line) => line.unit === 'ns' && line.measurements.some(({ kind }) => kind === 'peer') && oursIn(line),
  );
  const behind = rows.filter((line) =>
    placesOf(line).some(({ kind, value, toOurs = 1 }) => kind === 'peer' && value !== undefined && toOurs < 1 - NOISE),
  );
  return `${rows.length - behind.length} of ${rows.length}`;
}
