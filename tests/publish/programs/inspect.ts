// What a user writes who looks for a deadlock. In the tests it is compiled to ES modules and to CommonJS.
import { type Entry, type Report, snapshot, watch } from '@valvekit/inspect';
import { Mutex } from '@valvekit/mutex';

async function main(): Promise<void> {
  const reports: Report[] = [];
  const mutex = new Mutex({ name: 'token' });
  using _watching = watch(mutex, { stacks: true, slow: { wait: 1000 }, onReport: (report) => reports.push(report) });
  const entries: readonly Entry[] = await mutex.sandbox(async () => {
    await mutex.acquire({ timeout: 10 }).catch(() => {});
    return snapshot();
  });
  if (entries.length !== 1) throw new Error(`a snapshot shows ${entries.length} entries`);
  // Where the runtime has an AsyncLocalStorage, this is a deadlock.
  if (!String(reports[0]).includes('waits for Mutex "token"'))
    throw new Error(`reported ${reports.map(String).join()}`);
  console.log('done');
}

// The types have really arrived: anything would be accepted if they had not.
export function isRefused(): void {
  // @ts-expect-error this is no lock
  void watch(5);
}

void main();
