// A package and the umbrella side by side, as when a dependency of yours uses the other one: they are the same thing.
import * as alone from '@valvekit/mutex';
import * as umbrella from 'valvekit';

async function main(): Promise<void> {
  if (umbrella.Mutex !== alone.Mutex) throw new Error('there are two classes Mutex');
  const mutex: umbrella.Mutex = new alone.Mutex();
  await mutex.lock();
  const error: unknown = await mutex.lock({ timeout: 0 }).catch((reason: unknown) => reason);
  if (!(error instanceof umbrella.TimeoutError && error instanceof alone.TimeoutError)) {
    throw new Error('a TimeoutError is not one to both');
  }
  mutex.unlock();
  console.log('done');
}

void main();
