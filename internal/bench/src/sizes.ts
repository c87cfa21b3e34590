import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type BuildFailure, type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild';
import type { Contestant } from './contestants.ts';
import type { Line, Measurement } from './results.ts';
import { type Primitive, subjects } from './subjects.ts';

const primitives: readonly Primitive[] = [
  'Mutex',
  'Semaphore',
  'ReadWriteLock',
  'KeyedLocks',
  'Barrier',
  'ASemaphore',
  'the five',
  'all',
];

const titles: { readonly [Name in Primitive]?: string } = {
  'the five': 'Mutex, Semaphore, ReadWriteLock, Barrier and ASemaphore together',
  all: "import * from 'valvekit'",
};

// What size-limit subtracts for the import and the console.log, so that our numbers agree with its numbers.
const EMPTY = 30;

/** What importing a primitive adds to a program: bundled, minified, and compressed with brotli. */
export async function sizeLines(contestants: readonly Contestant[]): Promise<Line[]> {
  return Promise.all(
    primitives.map(async (primitive): Promise<Line> => {
      const measurements: Measurement[] = [];
      for (const { name, subject, kind, program } of contestants) {
        const clause = subjects[subject]?.imports?.[primitive];
        if (clause === undefined) continue;
        measurements.push({ subject: name, kind, ...(await bytes(clause, dirname(program))) });
      }
      return {
        workload: 'S',
        row: `S ${primitive}`,
        title: titles[primitive] ?? `import { ${primitive} } from 'valvekit'`,
        size: 1,
        isRepetition: true,
        per: 'import',
        unit: 'bytes',
        measurements,
      };
    }),
  );
}

// An earlier commit may not export what is imported.
async function bytes(clause: string, resolveDir: string): Promise<Pick<Measurement, 'rounds' | 'wrong'>> {
  // The names in braces, or X.
  const names = clause.match(/\w+(?=,| \})/g) ?? ['X'];
  const stdin = { contents: `import ${clause}; console.log(${names.join()})`, resolveDir };
  try {
    return { rounds: [(await bundleBytes({ stdin, plugins: [withoutBuiltins] })) - EMPTY] };
  } catch (error) {
    return { rounds: [], wrong: (error as BuildFailure).errors?.[0]?.text ?? String(error) };
  }
}

/** The bytes of a bundle: minified, and compressed with brotli. */
export async function bundleBytes(options: BuildOptions): Promise<number> {
  const common = { outdir: '.', bundle: true, minify: true, write: false, logLevel: 'silent' } as const;
  const [bundle] = (await build({ ...common, ...options })).outputFiles as [OutputFile];
  return brotliCompressSync(bundle.contents).length;
}

// In favor of packages that import built-ins: what they would need in a browser does not count.
const withoutBuiltins: Plugin = {
  name: 'without-builtins',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ path }) => (isBuiltin(path) ? { path, external: true } : undefined)),
};
