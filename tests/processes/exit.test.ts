import { describe, expect, test } from 'vitest';
import { nodes } from './nodes.ts';
import { runText } from './program.ts';

/** Less than the timers of the programs below, and more than any machine needs to do nothing. */
const IMMEDIATELY = 15_000;

const imports = `import { ASemaphore, Barrier, Mutex, map, ReadWriteLock, Semaphore } from 'valvekit';
  const mutex = new Mutex();
  mutex.tryLock();`;

describe.each(nodes)('Node $version', ({ node }) => {
  test('a program that only imports exits immediately', async () => {
    const { code, milliseconds, errors } = await runText(node, `import 'valvekit';`);
    expect([code, errors]).toEqual([0, '']);
    expect(milliseconds).toBeLessThan(IMMEDIATELY);
  });

  test('importing starts no timers and opens no handles', async () => {
    const { output } = await runText(
      node,
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       const before = process.getActiveResourcesInfo().join();
       require('valvekit');
       console.log(process.getActiveResourcesInfo().join() === before);`,
    );
    expect(output).toBe('true');
  });

  test('a wait without a timeout does not keep the process alive', async () => {
    const { code, output, milliseconds } = await runText(
      node,
      `${imports}
       mutex.lock(() => console.log('never'));
       void mutex.lock().then(() => console.log('never'));
       void new Barrier(0).wait(1);
       void new ASemaphore(1).wait({ signal: new AbortController().signal });
       process.on('exit', () => console.log('waiting', mutex.waiting));`,
    );
    expect([code, output]).toEqual([0, 'waiting 2']);
    expect(milliseconds).toBeLessThan(IMMEDIATELY);
  });

  test('at the top level, Node itself reports a wait that cannot end', async () => {
    const { code } = await runText(node, `${imports} await mutex.lock();`);
    expect(code).toBe(13);
  });

  test('a wait with a timeout keeps the process alive until then', async () => {
    const { code, output } = await runText(
      node,
      `${imports}
       const start = performance.now();
       mutex.lock((error) => console.log(error.name), 300);
       process.on('exit', () => console.log(performance.now() - start >= 295));`,
    );
    expect([code, output]).toEqual([0, 'TimeoutError\ntrue']);
  });

  test('the timer of a wait that has ended does not keep the process alive', async () => {
    const { code, output, milliseconds } = await runText(
      node,
      `${imports}
       const abort = new AbortController();
       const limits = { timeout: 60_000, signal: abort.signal };
       const names = [];
       const note = (error) => names.push(error?.name ?? 'granted');
       mutex.lock(note, limits);
       mutex.unlock();
       mutex.lock(note, limits);
       abort.abort();
       mutex.lock(note, 60_000);
       mutex.cancel();
       const barrier = new Barrier(0);
       barrier.wait(1, note, 60_000);
       barrier.set(1);
       const lock = new ReadWriteLock();
       lock.tryReadLock();
       lock.writeLock(note, 60_000);
       lock.cancel();
       console.log(names.join());`,
    );
    expect([code, output]).toEqual([0, 'granted,AbortError,AbortError,granted,AbortError']);
    expect(milliseconds).toBeLessThan(IMMEDIATELY);
  });

  test('a rejection without a handler is one unhandled rejection', async () => {
    const { code, output } = await runText(
      node,
      `${imports}
       process.on('unhandledRejection', ({ name, message }) => console.log(name + ': ' + message));
       void mutex.lock({ timeout: 1 });`,
    );
    expect([code, output]).toEqual([0, 'TimeoutError: Mutex: lock() timed out after 1 ms']);
  });

  test.each([
    ['sandbox', `mutex.sandbox(() => { throw new Error('mine'); })`],
    ['map', `map(new Semaphore(2), [1, 2, 3], async () => { throw new Error('mine'); })`],
    ['track', `new ASemaphore().track(Promise.reject(new Error('mine')))`],
  ])('%s: a failure is one unhandled rejection, or none if it is handled', async (_, failing) => {
    const watched = `${imports}
      mutex.unlock();
      process.on('unhandledRejection', ({ message }) => console.log('unhandled', message));`;
    const [unhandled, handled] = await Promise.all([
      runText(node, `${watched} void ${failing};`),
      runText(node, `${watched} ${failing}.catch(({ message }) => console.log('handled', message));`),
    ]);
    expect(unhandled.output).toBe('unhandled mine');
    expect(handled.output).toBe('handled mine');
  });

  const throwing = `${imports}
    mutex.lock(() => { mutex.unlock(); throw new Error('mine'); });
    mutex.lock(() => console.log('next'));
    mutex.unlock();
    console.log('unlocked');`;

  test('an error thrown by a waiting callback is one uncaught exception, and the next waiter is served', async () => {
    const { code, output } = await runText(
      node,
      `process.on('uncaughtException', ({ message }) => console.log('uncaught', message)); ${throwing}`,
    );
    expect([code, output]).toEqual([0, 'next\nunlocked\nuncaught mine']);
  });

  test('without a handler it ends the process, after the next waiter has been served', async () => {
    const { code, output, errors } = await runText(node, throwing);
    expect([code, output]).toEqual([1, 'next\nunlocked']);
    expect(errors).toContain('Error: mine');
  });
});
