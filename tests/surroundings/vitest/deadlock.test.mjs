// The setup of the page "Testing", and what it finds.
import { watch } from '@valvekit/inspect';
import { KeyedLocks, Mutex, ReadWriteLock, Semaphore } from 'valvekit';

const reports = [];
for (const each of [KeyedLocks, Mutex, ReadWriteLock, Semaphore]) {
  watch(each, {
    stacks: true,
    onReport: (report) => reports.push(String(report)),
  });
}

afterEach(() => {
  const found = reports.splice(0);
  if (found.length > 0) throw new Error(found.join('\n'));
});

import { afterEach, expect, test } from 'vitest';

test('a test without a deadlock passes', async () => {
  const mutex = new Mutex();
  await Promise.all([mutex.sandbox(async () => {}), mutex.sandbox(async () => {})]);
});

test.fails('a test with a deadlock fails', async () => {
  const mutex = new Mutex({ name: 'token' });
  await mutex.sandbox(() => mutex.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
  const found = reports.splice(0);
  expect(found.join()).toMatch(/holds Mutex "token"(.|\n)*deadlock\.test\.mjs/);
  throw new Error(found.join('\n'));
});
