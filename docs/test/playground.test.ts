import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PlaygroundPage } from './playground-page.ts';
import { openSite, type Site, type Tab } from './site.ts';

let site: Site;
let tab: Tab;
let playground: PlaygroundPage;

async function open(path: string): Promise<void> {
  tab = await site.open(path, { reducedMotion: 'reduce' });
  playground = new PlaygroundPage(tab.page);
}

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site[Symbol.asyncDispose]());
afterEach(async () => {
  expect(tab.complaints).toEqual([]);
  await tab[Symbol.asyncDispose]();
});

describe('Mutex', () => {
  beforeEach(async () => {
    await open('playground/mutex');
    await playground.clear();
  });

  it('admits one actor at a time, in the order they came', async () => {
    expect(await playground.state()).toEqual({ isLocked: 'false', waiting: '0' });
    await playground.add({ 'Holds for, s': 2 });
    await playground.add({ 'Holds for, s': 1 });
    await playground.add();

    expect(await playground.actors()).toEqual({ A: 'holds', B: 'waits', C: 'waits' });
    expect(await playground.state()).toEqual({ isLocked: 'true', waiting: '2' });
    expect(await playground.room('primitive')).toEqual(['A']);
    expect(await playground.room('line')).toEqual(['B', 'C']);

    expect(await playground.step()).toBe(2000);
    expect(await playground.actors()).toEqual({ A: 'left', B: 'holds', C: 'waits' });
    expect(await playground.state()).toEqual({ isLocked: 'true', waiting: '1' });
    await playground.step();
    expect(await playground.step()).toBe(4000);
    expect(await playground.state()).toEqual({ isLocked: 'false', waiting: '0' });
    expect(await playground.spans('B')).toEqual(['waits', 'holds']);
    expect(await playground.room('gone')).toEqual(['A', 'B', 'C']);
  });

  it('aborts a waiter', async () => {
    await playground.add();
    await playground.add();
    await playground.add();
    await playground.press('Abort B');
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'aborted', C: 'waits' });
    expect(await playground.state()).toEqual({ isLocked: 'true', waiting: '1' });
    expect(await playground.program()).toContain('abortB.abort()');
    await playground.step();
    expect(await playground.actors()).toEqual({ A: 'left', B: 'aborted', C: 'holds' });
  });

  it('times out, with the error message of the package', async () => {
    await playground.add({ 'Holds for, s': 3 });
    await playground.add({ 'Timeout, s': 0.4 });
    expect(await playground.step()).toBe(400);
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'timed out' });
    expect(await playground.state()).toEqual({ isLocked: 'true', waiting: '0' });
    expect(await playground.news()).toBe('B fails: Mutex: sandbox() timed out after 400 ms');
  });

  it('admits the next actor when a holder throws', async () => {
    await playground.add();
    await playground.add();
    await playground.press('Let A throw');
    expect(await playground.actors()).toEqual({ A: 'threw', B: 'holds' });
    expect(await playground.state()).toEqual({ isLocked: 'true', waiting: '0' });
    await playground.press('Let B finish now');
    expect(await playground.actors()).toEqual({ A: 'threw', B: 'left' });
    expect(await playground.state()).toEqual({ isLocked: 'false', waiting: '0' });
  });

  it('lets a higher priority go first', async () => {
    await playground.add();
    await playground.add();
    await playground.add({ Priority: 3 });
    await playground.step();
    expect(await playground.actors()).toEqual({ A: 'left', B: 'waits', C: 'holds' });
  });

  it('cancels all waits', async () => {
    await playground.add();
    await playground.add();
    await playground.add();
    await playground.press('cancel() all waits');
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'canceled', C: 'canceled' });
    expect(await playground.state()).toEqual({ isLocked: 'true', waiting: '0' });
  });

  it('can be shared by its address', async () => {
    await playground.add({ 'Holds for, s': 2 });
    await playground.add({ 'Timeout, s': 1 });
    await playground.add({ 'Timeout, s': '' });
    await playground.step();
    const address = playground.page.url();
    const seen = [await playground.actors(), await playground.state(), await playground.now()];
    const program = await playground.program();

    const other = await site.open(address, { reducedMotion: 'reduce' });
    const copy = new PlaygroundPage(other.page);
    await copy.lanes().nth(2).waitFor();
    expect([await copy.actors(), await copy.state(), await copy.now()]).toEqual(seen);
    expect(await copy.program()).toBe(program);
    expect(await other.page.getByLabel('Example').inputValue()).toBe('-1');
    expect(await copy.step()).toBe(2000);
    expect(await copy.actors()).toEqual({ A: 'left', B: 'timed out', C: 'holds' });
    expect(other.complaints).toEqual([]);
    await other[Symbol.asyncDispose]();
  });

  it('runs when played, stops when paused, and starts over when restarted', async () => {
    await playground.add({ 'Holds for, s': 1 });
    await playground.set('Speed', 4);
    await playground.press('Play');
    await playground.page.locator('[data-actor="A"][data-status="left"]').waitFor();
    await playground.press('Pause');
    const now = await playground.now();
    await playground.add();
    expect(await playground.now()).toBe(now);
    expect(await playground.actors()).toEqual({ A: 'left', B: 'holds' });
    await playground.press('Restart');
    expect(await playground.now()).toBe(0);
    expect(await playground.actors()).toEqual({ A: 'holds' });
  });

  it('can be used with the keyboard alone', async () => {
    const { keyboard } = playground.page;
    await playground.page.getByLabel('Holds for, s').focus();
    await keyboard.press('Enter');
    await playground.lanes().nth(0).waitFor();
    await keyboard.press('Enter');
    await playground.lanes().nth(1).waitFor();
    await playground.page.getByRole('button', { name: 'Abort B' }).focus();
    await keyboard.press('Space');
    await playground.page.locator('[data-actor="B"][data-status="aborted"]').waitFor();
    await playground.page.getByRole('button', { name: 'Step' }).focus();
    await keyboard.press('Enter');
    await playground.page.locator('[data-actor="A"][data-status="left"]').waitFor();
    await keyboard.press('Tab');
    expect(await playground.page.evaluate(() => document.activeElement?.textContent)).toContain('Restart');
  });
});

describe('ReadWriteLock', () => {
  beforeEach(async () => {
    await open('playground/read-write-lock');
    await playground.clear();
  });

  it('lets readers share the lock, and gives it to a writer alone', async () => {
    await playground.add({ 'Asks to': 'read' });
    await playground.add();
    await playground.add({ 'Asks to': 'write' });
    await playground.add({ 'Asks to': 'read' });
    expect(await playground.actors()).toEqual({ A: 'reads', B: 'reads', C: 'waits', D: 'waits' });
    expect(await playground.state()).toEqual({
      isLocked: "'R'",
      readers: '2',
      waiting: '2',
      waitingReaders: '1',
      waitingWriters: '1',
    });
    await playground.step();
    expect(await playground.actors()).toEqual({ A: 'left', B: 'left', C: 'writes', D: 'waits' });
    expect(await playground.state()).toMatchObject({ isLocked: "'W'", readers: '0' });
  });

  it('replays the scenario with another policy', async () => {
    await playground.add({ 'Asks to': 'read' });
    await playground.add({ 'Asks to': 'write' });
    await playground.add({ 'Asks to': 'read' });
    expect(await playground.actors()).toEqual({ A: 'reads', B: 'waits', C: 'waits' });
    await playground.set('Policy', 'readers');
    expect(await playground.actors()).toEqual({ A: 'reads', B: 'waits', C: 'reads' });
    expect(await playground.program()).toContain("new ReadWriteLock({ policy: 'readers' })");
  });

  it('upgrades ahead of a writer that came before the upgrade', async () => {
    await playground.add({ 'Asks to': 'read', 'Holds for, s': 2 });
    await playground.add({ 'Asks to': 'upgradable', 'Reads for, s': 1, 'Then writes for, s': 1 });
    await playground.add({ 'Asks to': 'write' });
    await playground.step();
    expect(await playground.actors()).toEqual({ A: 'reads', B: 'waits', C: 'waits' });
    expect(await playground.state()).toMatchObject({ isLocked: "'R'", waitingWriters: '2' });
    await playground.step();
    expect(await playground.actors()).toEqual({ A: 'left', B: 'writes', C: 'waits' });
    expect(await playground.spans('B')).toEqual(['reads', 'waits', 'writes']);
  });
});

describe('Semaphore', () => {
  beforeEach(async () => {
    await open('playground/semaphore');
    await playground.clear();
  });

  it('can be resized while in use', async () => {
    expect(await playground.state()).toEqual({ available: '2', capacity: '2', waiting: '0' });
    for (const _ of 'ABCD') await playground.add();
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'holds', C: 'waits', D: 'waits' });
    expect(await playground.state()).toEqual({ available: '0', capacity: '2', waiting: '2' });

    await playground.set('Capacity', 3);
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'holds', C: 'holds', D: 'waits' });
    await playground.set('Capacity', 1);
    expect(await playground.state()).toEqual({ available: '-2', capacity: '1', waiting: '1' });
    expect(await playground.program()).toContain('(semaphore.capacity = 1)');
  });

  it('grants several permits or none, and rejects a request for more than the capacity', async () => {
    await playground.add();
    await playground.add({ Permits: 2 });
    await playground.add({ Permits: 1 });
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'waits', C: 'waits' });
    await playground.add({ Permits: 5 });
    expect(await playground.actors()).toMatchObject({ D: 'refused' });
    expect(await playground.state()).toEqual({ available: '1', capacity: '2', waiting: '2' });
  });
});

describe('KeyedLocks', () => {
  beforeEach(async () => {
    await open('playground/keyed-locks');
    await playground.clear();
  });

  it('has a lock for each key, and lets a transfer wait in two lines', async () => {
    await playground.add({ Keys: 'ann', 'Holds for, s': 2 });
    await playground.add({ Keys: 'ben', 'Holds for, s': 1 });
    await playground.add({ Keys: 'ann ben' });
    await playground.add({ Keys: 'ben' });
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'holds', C: 'waits', D: 'waits' });
    expect(await playground.keys()).toEqual({ ann: ['A', 'C'], ben: ['B', 'C', 'D'] });
    expect(await playground.state()).toEqual({
      size: '2',
      waiting: '3',
      "mutex('ann').isLocked": 'true',
      "mutex('ann').waiting": '1',
      "mutex('ben').isLocked": 'true',
      "mutex('ben').waiting": '2',
    });

    expect(await playground.step()).toBe(1000);
    // Its place is kept: D waits behind it, although the lock is free.
    expect(await playground.actors()).toEqual({ A: 'holds', B: 'left', C: 'waits', D: 'waits' });
    expect(await playground.state()).toMatchObject({ size: '2', "mutex('ben').isLocked": 'false' });
    expect(await playground.step()).toBe(2000);
    expect(await playground.actors()).toEqual({ A: 'left', B: 'left', C: 'holds', D: 'waits' });
    expect(await playground.keys()).toEqual({ ann: ['C'], ben: ['C', 'D'] });
    await playground.step();
    await playground.step();
    expect(await playground.state()).toMatchObject({ size: '0', waiting: '0' });
    expect(await playground.keys()).toEqual({});
    expect(await playground.program()).toContain("visit('C', ['ann', 'ben'], ");
  });

  it('refuses what are no keys', async () => {
    await playground.add({ Keys: "ann'); alert(1" });
    expect(await playground.actors()).toEqual({});
    expect(await playground.page.locator('.problem').textContent()).toContain('Name one to four keys');
  });
});

describe('Barrier', () => {
  beforeEach(async () => {
    await open('playground/barrier');
    await playground.clear();
  });

  it('ends every wait whose condition the ticket meets', async () => {
    await playground.add({ 'Waits for': 'ready' });
    for (const condition of ['failed, ready', '/^con/', '!starting']) {
      await playground.add({ 'Waits for': condition });
    }
    expect(await playground.state()).toEqual({ ticket: "'starting'", waiting: '4' });
    await playground.set('Ticket', 'connected');
    await playground.press('Set the ticket');
    expect(await playground.actors()).toEqual({ A: 'waits', B: 'waits', C: 'left', D: 'left' });
    expect(await playground.state()).toEqual({ ticket: "'connected'", waiting: '2' });
  });

  it('shows what is wrong with a condition', async () => {
    const field = playground.page.getByRole('textbox', { name: /^Waits for/ });
    await field.fill('/(/');
    await playground.page.getByRole('button', { name: /^Add / }).click();
    await playground.page.getByRole('alert').filter({ hasText: 'Invalid regular expression' }).waitFor();
    expect(await playground.lanes().count()).toBe(0);
  });
});

describe('ASemaphore', () => {
  beforeEach(async () => {
    await open('playground/asemaphore');
    await playground.clear();
  });

  it('ends waits when all operations are done, including those that throw', async () => {
    await playground.add({ 'Asks to': 'work' });
    await playground.add();
    await playground.add({ 'Asks to': 'wait' });
    expect(await playground.state()).toEqual({ count: '2', waiting: '1' });
    await playground.press('Let A throw');
    expect(await playground.actors()).toEqual({ A: 'threw', B: 'works', C: 'waits' });
    await playground.step();
    expect(await playground.actors()).toEqual({ A: 'threw', B: 'left', C: 'left' });
    expect(await playground.state()).toEqual({ count: '0', waiting: '0' });
    expect(await playground.news()).toContain('all done');
  });

  it('counts by hand, and throws instead of counting below zero', async () => {
    await playground.press('v() one more');
    expect(await playground.state()).toMatchObject({ count: '1' });
    await playground.press('p() one done');
    await playground.press('p() one done');
    expect(await playground.state()).toMatchObject({ count: '0' });
    expect(await playground.news()).toContain('InvalidStateError: ASemaphore: p() at zero');
  });
});

describe('Which lock do I need?', () => {
  it('leads to a running example for each of the problems', async () => {
    await open('playground/');
    await playground.page.locator('.problems').waitFor();
    const cards = playground.page.locator('.problems button');
    expect(await cards.count()).toBe(6);
    for (const [index, name] of [
      'Mutex',
      'Semaphore',
      'ReadWriteLock',
      'KeyedLocks',
      'Barrier',
      'ASemaphore',
    ].entries()) {
      await cards.nth(index).click();
      await playground.page.getByRole('region', { name: `${name} playground` }).waitFor();
      await playground.lanes().first().waitFor();
      const before = await playground.now();
      expect(await playground.step()).toBeGreaterThan(before);
    }
    expect(playground.page.url()).toBe(`${site.url}/playground/`);
  });
});
