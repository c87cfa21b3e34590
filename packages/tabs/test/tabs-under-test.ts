import { TabLocks, type TabLocksOptions } from '@valvekit/tabs';
import { FakeBrowser, type FakeTab } from '@valvekit-internal/laws/web-locks/fake-browser';

/** Calls `make` where this is `navigator.locks`. */
export function within<Made>(locks: unknown, make: () => Made, userAgent = 'Mozilla/5.0'): Made {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { locks, userAgent }, configurable: true });
  try {
    return make();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}

/** The locks of a tab. */
export function locksOf(tab: LockManager, options?: TabLocksOptions): TabLocks {
  return within(tab, () => new TabLocks(options));
}

/** A browser with two tabs. */
export function twoTabs() {
  const browser = new FakeBrowser();
  const tabs: [FakeTab, FakeTab] = [browser.tab(), browser.tab()];
  return { browser, tabs, one: locksOf(tabs[0]), two: locksOf(tabs[1]), settle: () => browser.settle() };
}
