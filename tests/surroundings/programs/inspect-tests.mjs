// What inspect.mjs runs.
import { afterEach, test } from 'node:test';
import { watch } from '@valvekit/inspect';
import { Mutex } from 'valvekit';

const reports = [];
watch(Mutex, {
  stacks: true,
  onReport: (report) => {
    reports.push(String(report));
    console.error(String(report));
  },
});

afterEach(() => {
  const found = reports.splice(0);
  if (found.length > 0) throw new Error(found.join('\n'));
});

void test('without a deadlock', async () => {
  await new Mutex().sandbox(async () => {});
});

void test('with a deadlock', async () => {
  const mutex = new Mutex({ name: 'token' });
  await mutex.sandbox(() => mutex.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
});

void test('with a deadlock that lasts forever', { timeout: 200 }, async () => {
  const mutex = new Mutex({ name: 'forever' });
  await mutex.sandbox(() => mutex.sandbox(() => {}));
});
