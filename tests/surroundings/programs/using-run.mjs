// Runs what a compiler made of using.ts. Arguments: the file; first, late or never: when Symbol.dispose is defined.
import assert from 'node:assert/strict';
import { Mutex } from 'valvekit';

const [file, when, what] = process.argv.slice(2);
let error;
try {
  assert.equal(Symbol.dispose, undefined);
  if (when === 'first') await import('./dispose.mjs');
  const { locks, useAll } = await import(file);
  if (when === 'late') {
    // A guard that was made before knows nothing of it.
    (await new Mutex().acquire()).release();
    await import('core-js/proposals/explicit-resource-management.js');
  }
  if (when === 'refused') {
    await assert.rejects(useAll(), { name: 'TypeError' });
    // The lock was taken, and is never released.
    assert.equal(locks[0].isLocked, true);
  } else {
    assert.deepEqual(
      await useAll(),
      locks.flatMap(() => [true, true]),
    );
  }
} catch (thrown) {
  error = String(thrown?.stack ?? thrown);
}
console.log(JSON.stringify({ what, error }));
