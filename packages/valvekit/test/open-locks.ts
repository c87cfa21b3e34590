// What our packages would be without locks: everybody is admitted, and every wait has already ended.

const guard = { released: false, release() {}, [Symbol.dispose]() {} };

class OpenLock {
  async acquire(): Promise<typeof guard> {
    return guard;
  }

  async sandbox<R>(fn: () => R): Promise<Awaited<R>> {
    return await fn();
  }
}

export class Mutex extends OpenLock {}

export class Semaphore extends OpenLock {}

export class ReadWriteLock {
  readonly read = new OpenLock();
  readonly write = new OpenLock();
}

export class KeyedLocks {
  mutex(): OpenLock {
    return new OpenLock();
  }
}

export class Barrier {
  set(): void {}

  async wait(): Promise<void> {}
}

export class ASemaphore {
  wrap<F>(callback: F): F {
    return callback;
  }

  async wait(): Promise<void> {}
}

export function map<T, R>(_: OpenLock, source: Iterable<T>, fn: (item: T) => R): Promise<Awaited<R>[]> {
  return Promise.all(Array.from(source, fn));
}

export async function sandboxAll<R>(_: Iterable<OpenLock>, fn: () => R): Promise<Awaited<R>> {
  return await fn();
}
