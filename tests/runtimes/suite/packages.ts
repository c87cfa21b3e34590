import * as valvekit from 'valvekit';
import { check, equal } from './check.ts';

/** The exports of the packages, by package name. */
export type Packages = Record<string, Record<string, unknown>>;

// They have no errors, and nothing that valvekit has.
const apart = ['@valvekit/inspect', '@valvekit/lease'];

/** Adds the check that both module systems load the same copy. */
export function checkCopies(other: object): void {
  check('packages: import and require give the same classes', () => {
    const umbrella: Record<string, unknown> = valvekit;
    const exported = Object.entries(other);
    equal(exported.length > 0, true);
    for (const [name, value] of exported) equal(value, umbrella[name]);
  });
}

/** Adds the checks that compare all packages, as loaded by one module system. */
export function checkPackages(packages: Packages): void {
  const umbrella: Record<string, unknown> = valvekit;

  for (const [name, exported] of Object.entries(packages)) {
    check(`packages: ${name} and valvekit export the same things`, () => {
      // The classes of lite are its own.
      const own = name === '@valvekit/lite' ? ['Mutex', 'Semaphore', 'ReadWriteLock'] : [];
      const shared = Object.keys(exported).filter((key) => key in umbrella && !own.includes(key));
      if (!apart.includes(name)) equal(shared.length > 0, true);
      for (const key of shared) equal(exported[key], umbrella[key]);
    });

    check(`packages: ${name} has no default export`, () => {
      equal('default' in exported, false);
    });
  }

  check('packages: all are there', () => {
    equal(
      Object.keys(packages).sort().join(),
      '@valvekit/asemaphore,@valvekit/barrier,@valvekit/core,@valvekit/inspect,@valvekit/keyed,@valvekit/lease,@valvekit/lite,@valvekit/mutex,@valvekit/postgres,@valvekit/redis,@valvekit/rwlock,@valvekit/semaphore,@valvekit/tabs,valvekit',
    );
  });

  check('packages: the names of version 0.2', () => {
    equal(valvekit.Lock, valvekit.ReadWriteLock);
    for (const name of ['createLock', 'createMutex', 'createSemaphore', 'createBarrier', 'createASemaphore']) {
      equal(typeof umbrella[name], 'function');
    }
  });

  check('packages: an error of one package is an instance of the class of another', async () => {
    const mutex = new valvekit.Mutex();
    await mutex.lock();
    for (const [name, exported] of Object.entries(packages)) {
      if (apart.includes(name)) continue;
      const { TimeoutError } = exported as { TimeoutError: typeof valvekit.TimeoutError };
      const error: unknown = await mutex.lock({ timeout: 0 }).catch((reason: unknown) => reason);
      if (!(error instanceof TimeoutError)) throw new Error(`not the TimeoutError of ${name}`);
    }
  });
}
