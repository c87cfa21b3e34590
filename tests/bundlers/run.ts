// Bundles one primitive at a time, from its own package and from the umbrella, with every popular bundler: the umbrella
// must not cost more, and no bundle may contain code of another primitive.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { pack } from '../runtimes/pack.ts';
import { bun } from './bun.ts';
import { type Bundle, bundlers, withBun } from './bundlers.ts';
import { Gate, inTwoLines } from './gate.ts';

// Names in error messages survive minification, so they show which code a bundle contains.
const primitives = [
  { name: 'Mutex', from: '@valvekit/mutex', mark: /\bMutex\b/ },
  { name: 'ReadWriteLock', from: '@valvekit/rwlock', mark: /\b(ReadWriteLock|UpgradableGuard)\b/ },
  { name: 'Semaphore', from: '@valvekit/semaphore', mark: /\bSemaphore\b/ },
  { name: 'KeyedLocks', from: '@valvekit/keyed', mark: /\bKeyedLocks\b/ },
  { name: 'Barrier', from: '@valvekit/barrier', mark: /\bBarrier\b/ },
  { name: 'ASemaphore', from: '@valvekit/asemaphore', mark: /\bASemaphore\b/ },
];
type Primitive = (typeof primitives)[number];

// Its locks are not in the umbrella. One of them must bring nothing of the others, nor of the line of the full ones.
const small = primitives.slice(0, 3).map((primitive) => ({ ...primitive, from: '@valvekit/lite' }));
const ofTheFullLine = /valvekit\.|finite number/;

// Whoever does not import @valvekit/inspect or @valvekit/tabs pays nothing for it.
const ofOthers = /before watch|valvekit:hold|Deadlock|navigator\.locks/;

// It names the kinds of its locks in messages, and must bring nothing of `lead`, nor of what only servers' locks need.
const tabs: Primitive = { name: 'TabLocks', from: '@valvekit/tabs', mark: /\bTabLocks\b/ };
const ofMoreThanTabs = /frozen or hidden|maxHold|before watch|second argument/;

/** How much larger a bundle from the umbrella may be. */
const tolerance = 1.02;

const gate = new Gate('bundlers');
const table = [['bytes', ...primitives.map(({ name }) => name), ...small.map(({ name }) => `lite ${name}`), tabs.name]];
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'valvekit-bundlers-')));
try {
  await pack(folder);
  for (const [name, bundle] of bundlers) await compareAll(name, bundle);
  const executable = bun();
  if (executable === undefined) await gate.skip('Bun');
  else await compareAll('Bun', withBun(executable));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
console.log('\nMinified and compressed with brotli, from the package / from valvekit:');
gate.end(table);

async function compareAll(bundler: string, bundle: Bundle): Promise<void> {
  const start = performance.now();
  const cells = new Map<Primitive, string>();
  await inTwoLines(primitives, async (primitive) => {
    await gate.check(`${bundler}: ${primitive.name}`, async () => {
      const alone = await build(bundler, bundle, primitive, primitive.from);
      const umbrella = await build(bundler, bundle, primitive, 'valvekit');
      cells.set(primitive, `${bytes(alone)} / ${bytes(umbrella)}`);
      compare(primitive, alone, umbrella);
    });
  });
  await inTwoLines(small, async (primitive) => {
    await gate.check(`${bundler}: lite ${primitive.name}`, async () => {
      const alone = await build(bundler, bundle, primitive, primitive.from);
      cells.set(primitive, `${bytes(alone)}`);
      if (ofTheFullLine.test(alone)) throw new Error(`contains ${ofTheFullLine.exec(alone)?.[0]} of the full line`);
      compare(primitive, alone, alone);
    });
  });
  await gate.check(`${bundler}: ${tabs.name}`, async () => {
    const alone = await build(bundler, bundle, tabs, tabs.from);
    cells.set(tabs, `${bytes(alone)}`);
    if (!tabs.mark.test(alone)) throw new Error(`${tabs.mark} does not find ${tabs.name} in its own bundle`);
    if (ofMoreThanTabs.test(alone)) throw new Error(`contains ${ofMoreThanTabs.exec(alone)?.[0]}`);
  });
  table.push([bundler, ...[...primitives, ...small, tabs].map((primitive) => cells.get(primitive) ?? 'FAILED')]);
  gate.progress(bundler, start);
}

function build(bundler: string, bundle: Bundle, { name }: Primitive, from: string): Promise<string> {
  const id = `${bundler}-${name}-${from.replace(/\W/g, '-')}`;
  const entry = join(folder, `${id}.js`);
  writeFileSync(entry, `import { ${name} } from '${from}';\nglobalThis.lock = new ${name}();\n`);
  return bundle(entry, join(folder, id));
}

function compare(primitive: Primitive, alone: string, umbrella: string): void {
  if (ofOthers.test(alone + umbrella)) throw new Error(`contains ${ofOthers.exec(alone + umbrella)?.[0]} of others`);
  const { name, from, mark } = primitive;
  if (!mark.test(alone)) throw new Error(`${mark} does not find ${name} in its own bundle`);
  const others = primitives.filter((other) => other.name !== name && other.mark.test(umbrella));
  if (others.length > 0) throw new Error(`contains code of ${others.map((other) => other.name).join(', ')}`);
  if (bytes(umbrella) > bytes(alone) * tolerance) {
    throw new Error(`${bytes(umbrella)} bytes from valvekit, but ${bytes(alone)} from ${from}`);
  }
}

function bytes(code: string): number {
  return brotliCompressSync(code).length;
}
