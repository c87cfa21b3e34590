// Runs pnpm with the arguments given: the one on the PATH, else the one that npm fetches. So the scripts of package.json work
// as typed, by `npm run build` as well as by `pnpm build`.
import { spawnSync } from 'node:child_process';

const shell = process.platform === 'win32';
const isThere = spawnSync('pnpm', ['--version'], { stdio: 'ignore', shell }).status === 0;
const [command, ...before] = isThere ? ['pnpm'] : ['npm', 'run', '-s', 'pnpm', '--'];
const { status, error } = spawnSync(command, [...before, ...process.argv.slice(2)], { stdio: 'inherit', shell });
if (error) console.error(error.message);
process.exitCode = status ?? 1;
