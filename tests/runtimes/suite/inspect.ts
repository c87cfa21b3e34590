import { snapshot, watch } from '@valvekit/inspect';
import { Mutex } from 'valvekit';
import { check, equal } from './check.ts';

const isBrowser = 'document' in globalThis || 'importScripts' in globalThis;

check('inspect: shows who holds and who waits, and puts everything back', async () => {
  const mutex = new Mutex({ name: 'm' });
  const undo = watch(mutex) as unknown as Record<symbol, () => void>;
  const guard = await mutex.acquire();
  const waiting = mutex.acquire();
  equal(
    snapshot()
      .map(({ kind, lock }) => `${kind} ${lock}`)
      .join(),
    'hold Mutex "m",wait Mutex "m"',
  );
  guard.release();
  (await waiting).release();
  equal(snapshot().length, 0);
  undo[Symbol.dispose ?? Symbol.for('Symbol.dispose')]?.();
  equal(Reflect.ownKeys(mutex).length, 0);
});

check('inspect: reports a deadlock where there is an AsyncLocalStorage', async () => {
  const reports: string[] = [];
  const mutex = new Mutex({ name: 'm' });
  const undo = watch(mutex, { onReport: (report) => reports.push(String(report)) }) as unknown as Record<
    symbol,
    () => void
  >;
  await mutex.sandbox(() => mutex.sandbox(() => {}, { timeout: 10 }).catch(() => {}));
  equal(reports.length, isBrowser ? 0 : 1);
  undo[Symbol.dispose ?? Symbol.for('Symbol.dispose')]?.();
});

check('inspect: remembers the lines of code that asked', async () => {
  const mutex = new Mutex();
  const undo = watch(mutex, { stacks: true }) as unknown as Record<symbol, () => void>;
  function takeInHere() {
    return [mutex.acquire()];
  }
  const [asked] = takeInHere();
  const guard = await asked;
  equal(snapshot()[0]?.stack?.includes('takeInHere'), true);
  guard?.release();
  undo[Symbol.dispose ?? Symbol.for('Symbol.dispose')]?.();
});
