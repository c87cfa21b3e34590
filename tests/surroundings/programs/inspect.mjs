// The setup of the page "Testing", with node:test.
import assert from 'node:assert/strict';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from './check.mjs';

const printed = [];
console.error = (text) => void printed.push(text);

const files = [fileURLToPath(new URL('inspect-tests.mjs', import.meta.url))];

/** Runs the tests, and gives what became of each. */
async function outcomes() {
  const found = new Map();
  const stream = run({ files, isolation: 'none' });
  for await (const { type, data } of stream) {
    // Older versions of Node run each file in a process of its own.
    if (type === 'test:stderr') printed.push(data.message);
    if (type === 'test:pass' || type === 'test:fail')
      found.set(data.name, { type, error: String(data.details.error?.cause ?? '') });
  }
  return found;
}

await check('a hook fails the test that has a deadlock, and no other', async () => {
  const found = await outcomes();
  assert.equal(found.get('without a deadlock').type, 'test:pass');
  assert.equal(found.get('with a deadlock').type, 'test:fail');
  assert.match(found.get('with a deadlock').error, /holds Mutex "token"/);
  assert.equal(found.get('with a deadlock that lasts forever').type, 'test:fail');
  assert.match(printed.join(), /holds Mutex "forever"/);
});
