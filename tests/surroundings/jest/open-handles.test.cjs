// Run with --detectOpenHandles.
test('every ending of a wait', async () => {
  const { everyEnding } = await import('../endings.mjs');
  await everyEnding();
});

test('the same from CommonJS, queued functions left to wait for their turn', async () => {
  const { Mutex } = require('valvekit');
  const mutex = new Mutex();
  mutex.tryLock();
  const queued = mutex.sandbox(() => 1);
  setTimeout(() => mutex.unlock(), 5);
  expect(await queued).toBe(1);
});
