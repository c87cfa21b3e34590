// The results of the benchmarks, one file per run.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cost, costOf } from './costs.ts';

const results = join(import.meta.dirname, '../../internal/bench/results');

export declare const data: Cost[];

export default {
  load: (): Cost[] =>
    globSync('*.json', { cwd: results })
      // The latest version of Node first.
      .sort()
      .reverse()
      .map((file) => costOf(JSON.parse(readFileSync(join(results, file), 'utf8')))),
};
