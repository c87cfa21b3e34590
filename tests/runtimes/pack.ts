import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';

const root = join(import.meta.dirname, '..', '..');

interface Manifest {
  name: string;
  private?: boolean;
  version: string;
  dependencies?: Record<string, string>;
  exports: Record<string, { import?: { browser?: string; default: string } }>;
}

/** The programs that run the suite and print its result. */
export interface Packed {
  esm: string;
  cjs: string;
}

/**
 * Packs the built packages, lays them out as npm would, and adds the suite, all outside the workspace.
 *
 * For browsers, there is an index.html that runs the suite in several ways and posts each result to the name of the way.
 */
export async function pack(folder: string): Promise<Packed> {
  const names = unpack(folder);
  const common = { outDir: folder, config: false, silent: true, target: 'es2022', dts: false } as const;
  await build({
    ...common,
    entry: [join(import.meta.dirname, 'suite', 'main.ts')],
    format: ['esm', 'cjs'],
    external: names,
    outExtension: ({ format }) => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
  });

  const imports = names.map((name, index) => `import * as p${index} from '${name}';`).join('\n');
  const imported = `{ ${names.map((name, index) => `'${name}': p${index}`).join(', ')} }`;
  const required = `{ ${names.map((name) => `'${name}': require('${name}')`).join(', ')} }`;
  const print = '(result) => console.log(JSON.stringify(result))';
  const post = `(result) => fetch('/' + globalThis.name, { method: 'POST', body: JSON.stringify(result) })`;
  const importing = (args: string): string => `${imports}\nimport { run } from './main.mjs';\nrun(${args})`;
  const requiringToo = `import { createRequire } from 'node:module';\nconst other = createRequire(import.meta.url)('valvekit');`;
  const requiring = `const { run } = require('./main.cjs');\nimport('valvekit').then((other) => run(${required}, other))`;
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const esm = write('esm.mjs', `${requiringToo}\n${importing(`${imported}, other`)}.then(${print});\n`);
  const cjs = write('cjs.cjs', `${requiring}.then(${print});\n`);
  const browser = write('browser.mjs', `${importing(imported)}.then(${post});\n`);
  await build({
    ...common,
    entry: { bundle: browser },
    format: ['iife'],
    platform: 'browser',
    noExternal: [/./],
    outExtension: () => ({ js: '.js' }),
  });
  write('bundle.html', page('<script src="/bundle.js"></script>'));
  write(
    'modules.html',
    page(`<script type="importmap">{ "imports": ${JSON.stringify(importMap(folder, names))} }</script>
<script type="module" src="/browser.mjs"></script>`),
  );
  write(
    'index.html',
    page(`<iframe name="bundle in a page" src="/bundle.html"></iframe>
<iframe name="modules in a page" src="/modules.html"></iframe>
<script>new Worker('/bundle.js', { name: 'bundle in a worker' })</script>`),
  );
  return { esm, cjs };
}

/** Lays the packed packages out as npm would. They must not need anything else: no network, no workspace. Returns their names. */
export function unpack(folder: string): string[] {
  const tarballs = join(folder, 'tarballs');
  const shell = process.platform === 'win32';
  execFileSync('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs], {
    cwd: root,
    shell,
  });
  const manifests = readdirSync(tarballs).flatMap((tarball) => {
    const file = join(tarballs, tarball);
    const manifest = execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' });
    const { name, version, dependencies = {}, private: isPrivate } = JSON.parse(manifest) as Manifest;
    if (isPrivate) return [];
    const home = join(folder, 'node_modules', name);
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', file, '-C', home, '--strip-components=1']);
    return [{ name, version, dependencies }];
  });
  const versions = new Map(manifests.map(({ name, version }) => [name, version]));
  for (const { name, dependencies } of manifests) {
    for (const [other, range] of Object.entries(dependencies)) {
      if (range !== `^${versions.get(other)}`) throw new Error(`${name} depends on ${other} ${range}`);
    }
  }
  const names = [...versions.keys()];
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies: Object.fromEntries(versions) }),
  );
  return names;
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8">\n${body}\n`;
}

/** The import map for a page without a bundler: each entry of each package, as browsers are to get it. */
export function importMap(folder: string, names: string[]): Record<string, string> {
  const urls = names.flatMap((name) => {
    const home = `node_modules/${name}`;
    const { exports } = JSON.parse(readFileSync(join(folder, home, 'package.json'), 'utf8')) as Manifest;
    return Object.entries(exports).flatMap(([entry, { import: files }]) => {
      if (files === undefined) return [];
      return [[name + entry.slice(1), join('/', home, files.browser ?? files.default).replaceAll('\\', '/')]];
    });
  });
  return Object.fromEntries(urls);
}
