// How modules load the packages. Argument: one, if import and require must give the same classes; else two.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { check } from './check.mjs';

const require = createRequire(import.meta.url);
const copies = process.argv[2];
const here = import.meta.dirname;
const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));

const entries = Object.keys(dependencies).flatMap((name) => {
  const { exports } = JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8'));
  return Object.keys(exports)
    .filter((path) => /^\.(\/\w+)?$/.test(path)) // the others are files, and no code
    .map((path) => ({ name: name + path.slice(1), home: join(here, 'node_modules', name), target: exports[path] }));
});

for (const { name, home, target } of entries) {
  await check(`${name}: import has the names of require, and no other`, async () => {
    const [imported, required] = [await import(name), require(name)];
    assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort());
    assert.equal('default' in imported, false);
    for (const key of Object.keys(required)) {
      if (copies === 'one') assert.equal(imported[key], required[key], key);
      else assert.equal(typeof imported[key], typeof required[key], key);
    }
  });
  // The entry for authors of primitives has classes that nobody sees by their names.
  if (!name.endsWith('/line')) {
    await check(`${name}: classes are called what they are exported as`, async () => {
      const classes = Object.entries(await import(name)).filter(([, value]) => /^class\b/.test(String(value)));
      const wrong = classes.filter(([key, { name: called }]) => key !== called && key !== 'Lock');
      assert.deepEqual(wrong, []);
    });
  }
  await check(`${name}: Node finds the names of the CommonJS file`, async () => {
    const file = join(home, target.require.default);
    const names = Object.keys(await import(file)).filter(
      (key) => !['default', 'module.exports', '__esModule'].includes(key),
    );
    assert.deepEqual(names.sort(), Object.keys(require(file)).sort());
  });
}
await check(
  copies === 'one'
    ? '`import` and `require` share everything'
    : 'two copies side by side: what works, and what does not',
  async () => {
    const imported = await import('valvekit');
    const required = require('valvekit');
    const isSame = copies === 'one';
    const [mine, theirs] = [new imported.Mutex(), new required.Mutex()];
    const guard = await theirs.acquire();
    const error = await theirs.acquire({ timeout: 0 }).catch((reason) => reason);
    guard.release();
    assert.equal(error.name, 'TimeoutError');
    assert.equal(error instanceof required.TimeoutError, true);
    assert.equal(error instanceof imported.TimeoutError, isSame);
    assert.equal(await mine.sandbox(() => theirs.sandbox(() => 'nested')), 'nested');
    assert.deepEqual(await imported.map(theirs, [1, 2], (n) => n), [1, 2]);
    if (isSame) (await imported.acquireAll([mine, theirs])).release();
    else await assert.rejects(imported.acquireAll([mine, theirs]), { name: 'TypeError' });
  },
);
for (const file of readdirSync(here).filter((each) => /^library-.*\.cjs$/.test(each))) {
  await check(`${file}: its names can be imported`, async () => {
    const { Mutex } = await import('valvekit');
    const library = await import(`./${file}`);
    assert.equal(typeof library.Mutex, 'function');
    if (copies === 'one') assert.equal(library.Mutex, Mutex);
    assert.equal(await new library.Mutex().sandbox(() => 1), 1);
  });
}
