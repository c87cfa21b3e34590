import {
  AbortError,
  ASemaphore,
  Barrier,
  InvalidStateError,
  Mutex,
  ReadWriteLock,
  Semaphore,
  TimeoutError,
} from 'valvekit';
import { check, equal } from './check.ts';

const primitives = { Mutex, ReadWriteLock, Semaphore, Barrier, ASemaphore };
// The symbol that compiled `using` looks for where the runtime has no Symbol.dispose.
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

check('language: guards are disposable', async () => {
  const mutex = new Mutex();
  const guard = await mutex.acquire();
  guard[dispose]();
  equal([guard.released, mutex.isLocked], [true, false]);
  const lock = new ReadWriteLock();
  (await lock.write.acquire()).downgrade()[dispose]();
  (await lock.upgradable.acquire())[dispose]();
  const semaphore = new Semaphore(2);
  semaphore.tryAcquire(2)?.[dispose]();
  equal([lock.isLocked, semaphore.available], [false, 2]);
});

check('language: classes and instances have the right names', () => {
  for (const [name, Primitive] of Object.entries(primitives)) {
    equal(Primitive.name, name);
    equal(Object.prototype.toString.call(new Primitive()), `[object ${name}]`);
  }
});

check('language: errors have a name, a message, a cause and a stack', () => {
  for (const [name, CustomError] of Object.entries({ TimeoutError, AbortError, InvalidStateError })) {
    const error = new CustomError('why', { cause: 1 });
    equal([error.name, error.message, error.cause, `${error}`], [name, 'why', 1, `${name}: why`]);
    equal(error instanceof CustomError && error instanceof Error, true);
    equal(typeof error.stack, 'string');
    equal(Object.keys(error).length, 0);
  }
});

check('language: a primitive has no enumerable state and can be converted to JSON', () => {
  for (const Primitive of [Mutex, ReadWriteLock, Semaphore, Barrier, ASemaphore]) {
    equal(JSON.stringify(new Primitive()), '{}');
  }
});

check('language: a primitive works as a base class', async () => {
  class Named extends Mutex {
    readonly title = 'mine';
  }
  const named = new Named();
  await named.sandbox(() => equal([named.isLocked, named.title], [true, 'mine']));
  named.lock(function () {
    equal(this.title, 'mine');
    this.unlock();
  });
});

const { inspect } = globalThis.process?.getBuiltinModule?.('node:util') ?? {};

if (inspect !== undefined) {
  check('inspect: shows the state', async () => {
    const mutex = new Mutex();
    const lock = new ReadWriteLock();
    const all = new ASemaphore(1);
    await mutex.lock();
    await lock.readLock();
    mutex.lock(() => {});
    const views = [mutex, lock, new Semaphore(3), new Barrier('open'), all].map((primitive) => inspect(primitive));
    const expected = [
      'Mutex { isLocked: true, waiting: 1 }',
      "ReadWriteLock { isLocked: 'R', readers: 1, waitingReaders: 0, waitingWriters: 0 }",
      'Semaphore { available: 3, capacity: 3, waiting: 0 }',
      "Barrier { ticket: 'open', waiting: 0 }",
      'ASemaphore { count: 1, waiting: 0 }',
    ];
    const plain = (view: string) => view.replace(/\s+/g, ' ').replaceAll('"', "'").replace(', }', ' }');
    equal(views.map(plain), expected);
  });
}
