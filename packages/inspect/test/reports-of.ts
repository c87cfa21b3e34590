import { type Report, type Watchable, type WatchOptions, watch } from '@valvekit/inspect';

/** Watches locks, and collects what is reported. Everything is put back at the end of the block. */
export function reportsOf(targets: readonly Parameters<typeof watch>[0][], options: WatchOptions = {}) {
  const reports: Report[] = [];
  const watches = targets.map((target) =>
    watch(target as Watchable, { ...options, onReport: (report) => void reports.push(report) }),
  );
  return {
    reports,
    /** The reports as text, without times, with tasks numbered from 1. */
    get texts(): string[] {
      return reports.map((report) => plain(String(report)));
    },
    [Symbol.dispose]() {
      for (const each of watches) each[Symbol.dispose]();
    },
  };
}

function plain(text: string): string {
  const tasks: string[] = [];
  return text
    .replace(/task (\d+)/g, (_, task: string) => {
      if (!tasks.includes(task)) tasks.push(task);
      return `task ${tasks.indexOf(task) + 1}`;
    })
    .replace(/, for \d+ ms/g, '');
}
