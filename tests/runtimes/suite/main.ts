import './mutex.ts';
import './rwlock.ts';
import './semaphore.ts';
import './keyed.ts';
import './several.ts';
import './barrier.ts';
import './asemaphore.ts';
import './giving-up.ts';
import './callbacks.ts';
import './async-context.ts';
import './language.ts';
import './lite.ts';
import './inspect.ts';
import { type Result, runChecks } from './check.ts';
import { checkCopies, checkPackages, type Packages } from './packages.ts';

/** Runs the whole suite in this process, page or worker. `other` is `valvekit` as the other module system loads it. */
export function run(packages: Packages, other?: object): Promise<Result> {
  checkPackages(packages);
  if (other !== undefined && !('Deno' in globalThis)) checkCopies(other);
  return runChecks();
}
