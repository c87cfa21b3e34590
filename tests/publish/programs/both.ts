// A package and the umbrella in one program, as when your dependency uses the other one: both have the same classes.
import * as alone from '@valvekit/mutex';
import * as umbrella from 'valvekit';

async function main(): Promise<void> {
  if (umbrella.Mutex !== alone.Mutex) throw new Error('there are two Mutex classes');
  const mutex: umbrella.Mutex = new alone.Mutex();
  await mutex.lock();
  const error: unknown = await mutex.lock({ timeout: 0 }).catch((reason: unknown) => reason);
  if (!(error instanceof umbrella.TimeoutError && error instanceof alone.TimeoutError)) {
    throw new Error('the packages have different TimeoutError classes');
  }
  mutex.unlock();
  console.log('done');
}

void main();
