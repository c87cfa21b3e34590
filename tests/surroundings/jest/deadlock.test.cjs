// The setup of the page "Testing", as CommonJS, and what it finds.
const { watch } = require('@valvekit/inspect');
const { Mutex } = require('valvekit');

const reports = [];
watch(Mutex, { stacks: true, onReport: (report) => reports.push(String(report)) });

afterEach(() => {
  const found = reports.splice(0);
  if (found.length > 0) throw new Error(found.join('\n'));
});

test('a test without a deadlock passes', async () => {
  const mutex = new Mutex();
  await Promise.all([mutex.sandbox(async () => {}), mutex.sandbox(async () => {})]);
});

test('a deadlock is reported, with the lines of the test', async () => {
  const mutex = new Mutex({ name: 'token' });
  await mutex.sandbox(() => mutex.sandbox(() => {}, { timeout: 20 }).catch(() => {}));
  expect(reports.splice(0).join()).toMatch(/holds Mutex "token"(.|\n)*deadlock\.test\.cjs/);
});
