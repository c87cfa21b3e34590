// Publishes the packages to a registry on loopback, like a release, and installs them from there, like a user.
// With --update, also writes the files in the tarballs to the reviewed list, tarballs.txt.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bun } from '../bundlers/bun.ts';
import { Gate, inTwoLines } from '../bundlers/gate.ts';
import { type Modules, Project, type Resolution } from './project.ts';
import { Registry } from './registry.ts';
import { type Release, release } from './release.ts';
import { checkManifest, compareWithReviewed, fetchTarball, filesOf, lintTarball, markReviewed } from './tarballs.ts';

interface Manager {
  name: string;
  install: string[];
  runtime: string;
  compilers: string[];
}

interface Use {
  program: string;
  packages: string[];
  /** All packages that the installation may contain. */
  arrive: string[];
}

const modules: Modules[] = ['ESM', 'CommonJS'];
const resolutions: Resolution[] = ['node16', 'nodenext', 'bundler'];

const gate = new Gate('publish');
const table: string[][] = [];
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'valvekit-publish-')));
const registry = await Registry.start(folder);
try {
  let start = performance.now();
  const releases = await release(join(folder, 'repository'), registry);
  await gate.check('changelogs', () => releases.forEach(checkChangelog));
  gate.progress(`published ${releases.map(({ name, version }) => `${name}@${version}`).join(', ')}`, start);

  start = performance.now();
  await checkTarballs(releases);
  gate.progress('tarballs', start);

  const apart = [
    '@valvekit/inspect',
    '@valvekit/lease',
    '@valvekit/lite',
    '@valvekit/postgres',
    '@valvekit/redis',
    '@valvekit/tabs',
  ];
  const family = releases.flatMap(({ name }) => (apart.includes(name) ? [] : [name])).sort();
  const uses: Use[] = [
    { program: 'mutex.ts', packages: ['@valvekit/mutex'], arrive: ['@valvekit/core', '@valvekit/mutex'] },
    { program: 'lite.ts', packages: ['@valvekit/lite'], arrive: ['@valvekit/core', '@valvekit/lite'] },
    {
      program: 'inspect.ts',
      packages: ['@valvekit/inspect', '@valvekit/mutex'],
      arrive: ['@valvekit/core', '@valvekit/inspect', '@valvekit/mutex'],
    },
    { program: 'umbrella.ts', packages: ['valvekit'], arrive: family },
    { program: 'both.ts', packages: ['valvekit', '@valvekit/mutex'], arrive: family },
  ];
  const projects = (await managers()).flatMap((manager) => uses.map((use) => ({ manager, use })));
  await inTwoLines(projects, ({ manager, use }) => tryOut(manager, use));
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
// Projects finish in any order.
table.sort((one, other) => one.slice(0, 2).join().localeCompare(other.slice(0, 2).join()));
gate.end([['', 'installed', 'modules', ...resolutions], ...table]);

function checkChangelog({ name, version, changelog }: Release): void {
  if (!changelog.startsWith(`# ${name}\n\n## ${version}\n`)) throw new Error(`${name}: ${changelog.slice(0, 100)}`);
}

async function checkTarballs(releases: Release[]): Promise<void> {
  const files: string[] = [];
  await inTwoLines(releases, (one) =>
    gate.check(`tarball of ${one.name}`, async () => {
      const file = await fetchTarball(one, registry, folder);
      files.push(...filesOf(file, one));
      checkManifest(file, one);
      await lintTarball(file, one, registry.env);
    }),
  );
  if (process.argv.includes('--update')) markReviewed(files);
  await gate.check('files in the tarballs', () => compareWithReviewed(files));
}

async function managers(): Promise<Manager[]> {
  const node = process.execPath;
  const compilers = ['typescript7'];
  // The older compiler resolves by the same rules, but is slower. Test it with one layout of node_modules only.
  const npm = { name: 'npm', install: ['npm', 'install'], runtime: node, compilers: ['typescript', ...compilers] };
  const pnpm = { name: 'pnpm', install: ['pnpm', 'add'], runtime: node, compilers };
  const executable = bun();
  if (executable !== undefined) {
    return [npm, pnpm, { name: 'Bun', install: [executable, 'add'], runtime: executable, compilers }];
  }
  await gate.skip('Bun');
  return [npm, pnpm];
}

async function tryOut(manager: Manager, { program, packages, arrive }: Use): Promise<void> {
  const start = performance.now();
  const installed = packages.join(' + ');
  const what = `${manager.name}: ${installed}`;
  const source = join(import.meta.dirname, 'programs', program);
  const project = new Project(join(folder, `${manager.name}-${program}`), registry);
  await gate.check(`${what}, install`, async () => {
    const arrived = await project.install(manager.install, packages);
    if (arrived.join() !== arrive.join()) throw new Error(`installed: ${arrived.join(', ')}`);
  });
  for (const system of modules) {
    const row = [manager.name, installed, system];
    for (const resolution of resolutions) {
      const works = await gate.check(`${what}, ${system}, ${resolution}`, async () => {
        for (const compiler of manager.compilers) {
          const file = await project.compile(source, compiler, system, resolution);
          await project.run(manager.runtime, file);
        }
      });
      row.push(works ? 'ok' : 'FAILED');
    }
    table.push(row);
  }
  gate.progress(what, start);
}
