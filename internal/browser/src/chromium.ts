import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

const modules = join(import.meta.dirname, '..', 'node_modules');
const home = join(modules, '@sparticuz', 'chromium');

/** Chromium: the one in $CHROMIUM_PATH, else the one that npm installs on Linux x64. */
export async function chromiumExecutable(): Promise<{ path: string; version: string } | undefined> {
  const path = process.env.CHROMIUM_PATH;
  if (path !== undefined) return { path, version: 'of CHROMIUM_PATH' };
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  return { path: await unpacked(version), version };
}

// Unpacked once per version, and given its name when complete, because others may be unpacking at the same time. It must not be
// replaced: one that runs starts its processes from the same file.
async function unpacked(version: string): Promise<string> {
  const cache = join(modules, '.cache');
  const executable = join(cache, `chromium-${version}`);
  if (existsSync(executable)) return executable;
  mkdirSync(cache, { recursive: true });
  const part = `${executable}.${randomUUID()}`;
  try {
    const packed = createReadStream(join(home, 'bin', 'chromium.br'));
    await pipeline(packed, createBrotliDecompress(), createWriteStream(part));
    chmodSync(part, 0o755);
    linkSync(part, executable);
  } catch (error) {
    if (!existsSync(executable)) throw error;
  } finally {
    rmSync(part, { force: true });
  }
  return executable;
}
