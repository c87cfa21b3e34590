import { contractLaws } from '@valvekit-internal/laws/contract/contract-laws';
import { FakeBrowser } from '@valvekit-internal/laws/web-locks/fake-browser';
import { recorded, tabSubjects } from '@valvekit-internal/laws/web-locks/tab-subjects';
import { LongTimers } from '@valvekit-internal/servers/long-timers';
import { locksOf } from './tabs-under-test.ts';

// One for all: a law may need two locks.
const timers = new LongTimers();

for (const isPrompt of [false, true]) {
  const browser = new FakeBrowser(isPrompt);
  const subjects = tabSubjects(() => {
    const granted: string[] = [];
    const [one, two] = [recorded(browser.tab(), granted), recorded(browser.tab(), granted)];
    return {
      one: locksOf(one),
      two: locksOf(two),
      thief: browser.tab(),
      granted,
      timeout: 200_000,
      settle: () => browser.settle(),
      advance: (ms) => timers.advance(ms),
    };
  });
  const where = isPrompt ? 'where the browser answers at once' : 'of two tabs';
  for (const [name, subject] of Object.entries(subjects)) contractLaws(`A ${name} ${where}`, subject);
}
