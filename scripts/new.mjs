// Creates the package of a new primitive, packages/<name>, from internal/template. It works and passes every check as it
// is; then adapt it. Run it as `npm run new <name>`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [name = ''] = process.argv.slice(2);
const className = name.replace(/(?:^|-)./g, (start) => start.slice(-1).toUpperCase());
const folder = join(root, 'packages', name);

if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  refuse(`A name consists of lowercase letters, digits and hyphens, like "latch" or "ticket-office", not "${name}".`);
}
if (existsSync(folder)) refuse(`packages/${name} already exists.`);
if (className in globalThis) refuse(`The class of "${name}" would be ${className}, but that is already a global.`);

cpSync(join(root, 'internal/template'), folder, {
  recursive: true,
  filter: (path) => !['node_modules', 'dist', '.turbo'].includes(basename(path)),
});
const { version } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'));
for (const file of globSync('**/*.*', { cwd: folder })) {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8')
    .replaceAll('@valvekit-internal/template', `@valvekit/${name}`)
    .replaceAll('internal/template', `packages/${name}`)
    .replaceAll('0.0.0', version)
    .replaceAll('./latch.ts', `./${name}.ts`)
    .replaceAll('Latch', className);
  writeFileSync(path, text);
  renameSync(path, join(folder, file.replace('latch', name)));
}
run('node', 'scripts/pnpm.mjs', 'install', '--no-frozen-lockfile', '--prefer-offline');
// The new name has another length, and another place in the alphabetical order of imports.
run('biome', 'check', '--write', `packages/${name}`);

console.log(`Created packages/${name}: a ${className} that works like a latch. Now adapt:

  src/       its state, and its policy: [admit]
  test/      the laws of internal/laws that apply, a model, tests of its own
  README.md  what it is, in words that a newcomer knows

It is private until it is ready. Then:

  1. remove "private" from its package.json; write "description" and "keywords"
  2. re-export it from packages/valvekit, and give it a limit in internal/build/size-limit.json
  3. add it to the tables of the README and of ARCHITECTURE.md
  4. replace the introduction of its README, npm install included, with <!-- door:begin --> and <!-- door:end -->: npm run pages
  5. write a changeset: npx changeset`);

/** @param {string} why */
function refuse(why) {
  console.error(why);
  process.exit(1);
}

/** @param {string} command @param {string[]} args */
function run(command, ...args) {
  execFileSync(command, args, { cwd: root, stdio: 'pipe', shell: process.platform === 'win32' });
}
