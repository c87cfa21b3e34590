// What `@valvekit/inspect` reports of the deadlock: it tells tasks apart where there is `AsyncLocalStorage`, so not in a browser.
import { watch } from '@valvekit/inspect';
import { KeyedLocks } from 'valvekit';
import { record } from './engine/recording.ts';
import { deadlock } from './stories/keyed-locks.ts';

/** Reports by the id of their story. */
export declare const data: Record<string, string>;

export default {
  async load(): Promise<Record<string, string>> {
    const reports: string[] = [];
    using _ = watch(KeyedLocks, { onReport: (report) => reports.push(String(report)) });
    await record(deadlock, { ...deadlock.scenario, story: deadlock.id, without: true });
    if (reports.length === 0) throw new Error('the deadlock was not reported');
    return { [deadlock.id]: reports.join('\n') };
  },
};
