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
import { checkPackages, type Packages } from './packages.ts';

/** Runs the whole suite in this process, page or worker. */
export function run(packages: Packages): Promise<Result> {
  checkPackages(packages);
  return runChecks();
}
