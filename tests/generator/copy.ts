import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const shell = process.platform === 'win32';
// A Vitest that is started by another one must not consider itself part of it.
const own = Object.entries(process.env).filter(([key]) => !/^(VITEST|TEST$|NODE_ENV$)/.test(key));
// Unchanged packages have already been built, so share the cache.
const env = { ...Object.fromEntries(own), TURBO_CACHE_DIR: join(root, '.turbo/cache') };

/** A copy of all files that git does not ignore, as a repository of its own with its dependencies installed. */
export class Copy {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'valvekit-generator-')));

  async fill(): Promise<void> {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const file of files.toString().split('\0')) {
      const source = join(root, file);
      if (file === '' || !existsSync(source)) continue;
      const target = join(this.folder, file);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(source, target);
    }
    await this.run('git', 'init', '--quiet');
    await this.run('pnpm', 'install', '--frozen-lockfile', '--offline');
  }

  /**
   * Runs a command in the copy.
   *
   * @returns its output
   * @throws an error with its output, if it fails
   */
  run(command: string, ...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(command, args, { cwd: this.folder, env, shell, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${command} ${args.join(' ')} fails:\n${stdout}${stderr}`));
        else resolve(stdout);
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
