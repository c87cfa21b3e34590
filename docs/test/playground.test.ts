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

describe('a story', () => {
  it('is shown as a whole, with what has come of it', async () => {
    await open('playground/mutex');
    await playground.lanes().nth(2).waitFor();
    expect(await playground.now()).toBe(5000);
    expect(await playground.spans('withdraw 20')).toEqual(['waits', 'holds']);
    expect(await playground.verdict()).toContain('the balance is 65');
  });

  it('shows what goes wrong without the lock', async () => {
    await open('playground/mutex');
    await playground.lanes().nth(2).waitFor();
    await playground.toggle();
    expect(await playground.verdict()).toContain('100 − 35 is 65, and the balance is 95');
    expect(await playground.spans('withdraw 20')).toEqual(['works']);
    expect(await playground.program()).toContain('// await mutex.sandbox(');
    await playground.story('One token for all');
    expect(await playground.verdict()).toContain('refreshed 4 times');
    await playground.toggle();
    expect(await playground.verdict()).toContain('refreshed once');
  });

  it('marks the lines at which somebody is', async () => {
    await open('playground/mutex');
    await playground.lanes().nth(2).waitFor();
    await playground.page.getByRole('slider').fill('1500');
    expect(await playground.now()).toBe(1500);
    expect(await playground.busyLines()).toEqual([
      'await mutex.sandbox(async () => {withdraw 20withdraw 5',
      'await bank();withdraw 10',
    ]);
  });

  it('plays from its start, stops at its end, and can be played again', async () => {
    tab = await site.open('playground/mutex');
    playground = new PlaygroundPage(tab.page);
    expect(await playground.now()).toBeLessThan(2500);
    await playground.set('Speed', 4);
    await playground.page.locator('.playground[data-over="true"]').waitFor();
    expect(await playground.now()).toBe(5000);
    await playground.press('Play again');
    expect(await playground.now()).toBeLessThan(5000);
    await playground.press('Pause');
    expect(await playground.verdict()).toBe('');
  });

  it('draws several permits as several', async () => {
    await open('playground/semaphore');
    await playground.lanes().first().waitFor();
    await playground.story('A big request waits its turn');
    expect(await playground.page.locator('[data-actor="video"] .span.holds > i').count()).toBe(3);
    expect(await playground.page.locator('[data-actor="image 1"] .span.holds > i').count()).toBe(1);
  });

  it('has labels that do not collide', async () => {
    await open('playground/semaphore');
    await playground.lanes().first().waitFor();
    await playground.story('Resize and pause');
    const boxes = await playground.page.locator('.axis .mark').evaluateAll((marks) =>
      marks.map((mark) => {
        const { left, right, top, bottom } = mark.getBoundingClientRect();
        return { left, right, top, bottom };
      }),
    );
    expect(boxes.length).toBe(3);
    const collisions = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (other) =>
            one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom,
        ),
    );
    expect(collisions).toEqual([]);
  });

  it('marks a change above the lanes where it marks it in them, on a phone as well', async () => {
    await open('playground/barrier');
    await playground.lanes().first().waitFor();
    const lefts = (marks: string) =>
      playground.page
        .locator(marks)
        .evaluateAll((found) => found.map((mark) => Math.round(mark.getBoundingClientRect().left)));
    for (const width of [1280, 820, 360]) {
      await playground.page.setViewportSize({ width, height: 740 });
      expect(await lefts('.axis .stem')).toEqual(await lefts('[data-actor="query 1"] .mark'));
    }
  });

  it('reports a deadlock', async () => {
    await open('playground/keyed-locks');
    await playground.lanes().first().waitFor();
    await playground.story('A deadlock');
    expect(await playground.verdict()).toContain('Both transfers are done');
    await playground.toggle();
    expect(await playground.actors()).toEqual({ 'ann → ben': 'waits forever', 'ben → ann': 'waits forever' });
    // The holder is first in each lane.
    expect(await playground.keys()).toEqual({ ann: ['ann → ben', 'ben → ann'], ben: ['ben → ann', 'ann → ben'] });
    expect(await playground.page.getByRole('region', { name: 'What @valvekit/inspect reports' }).textContent()).toMatch(
      /^Deadlock: .*task 1 holds KeyedLocks "accounts" mutex "ann"/s,
    );
  });

  it('refuses the token of a lost lease', async () => {
    await open('playground/leases');
    await playground.lanes().first().waitFor();
    expect(await playground.spans('worker 1')).toEqual(['holds', 'lost']);
    expect(await playground.actors()).toEqual({ 'worker 1': 'threw', 'worker 2': 'done' });
    await playground.toggle();
    expect(await playground.verdict()).toContain('The table has what worker 1 has saved');
  });
});

describe('Mutex', () => {
  beforeEach(async () => {
    await open('playground/mutex');
    await playground.clear();
  });

  it('admits one at a time, in the order they came', async () => {
    expect(await playground.state()).toMatchObject({ 'mutex.isLocked': 'false', 'mutex.waiting': '0' });
    await playground.add({ Amount: 1, 'Seconds of work': 2 });
    await playground.add({ Amount: 2, 'Seconds of work': 1 });
    await playground.add({ Amount: 3 });

    expect(await playground.actors()).toEqual({ 'withdraw 1': 'holds', 'withdraw 2': 'waits', 'withdraw 3': 'waits' });
    expect(await playground.state()).toEqual({ balance: '100', 'mutex.isLocked': 'true', 'mutex.waiting': '2' });
    expect(await playground.room('primitive')).toEqual(['withdraw 1']);
    expect(await playground.room('line')).toEqual(['withdraw 2', 'withdraw 3']);

    expect(await playground.step()).toBe(2000);
    expect(await playground.actors()).toEqual({ 'withdraw 1': 'done', 'withdraw 2': 'holds', 'withdraw 3': 'waits' });
    expect(await playground.state()).toEqual({ balance: '99', 'mutex.isLocked': 'true', 'mutex.waiting': '1' });
    await playground.step();
    expect(await playground.step()).toBe(4000);
    expect(await playground.state()).toEqual({ balance: '94', 'mutex.isLocked': 'false', 'mutex.waiting': '0' });
    expect(await playground.room('gone')).toEqual(['withdraw 1', 'withdraw 2', 'withdraw 3']);
  });

  it('aborts a waiter', async () => {
    for (const amount of [1, 2, 3]) await playground.add({ Amount: amount });
    await playground.press('Abort withdraw 2');
    expect(await playground.actors()).toEqual({
      'withdraw 1': 'holds',
      'withdraw 2': 'aborted',
      'withdraw 3': 'waits',
    });
    expect(await playground.state()).toMatchObject({ 'mutex.waiting': '1' });
    expect(await playground.program()).toContain('controller1.abort()');
    await playground.step();
    expect(await playground.actors()).toEqual({ 'withdraw 1': 'done', 'withdraw 2': 'aborted', 'withdraw 3': 'holds' });
  });

  it('times out, with the error message of the package', async () => {
    await playground.add({ Amount: 1, 'Seconds of work': 3 });
    await playground.add({ Amount: 2, 'Timeout in seconds': 0.4 });
    expect(await playground.step()).toBe(400);
    expect(await playground.actors()).toEqual({ 'withdraw 1': 'holds', 'withdraw 2': 'timed out' });
    expect(await playground.news()).toBe('withdraw 2 fails: Mutex: sandbox() timed out after 400 ms');
  });

  it('admits the next one when a holder throws, and lets a holder finish', async () => {
    await playground.add({ Amount: 1 });
    await playground.add({ Amount: 2 });
    await playground.press('Let withdraw 1 throw');
    expect(await playground.actors()).toEqual({ 'withdraw 1': 'threw', 'withdraw 2': 'holds' });
    await playground.press('Let withdraw 2 finish now');
    expect(await playground.actors()).toEqual({ 'withdraw 1': 'threw', 'withdraw 2': 'done' });
    expect(await playground.state()).toEqual({ balance: '98', 'mutex.isLocked': 'false', 'mutex.waiting': '0' });
  });

  it('lets a higher priority go first, and cancels all waits', async () => {
    await playground.add({ Amount: 1 });
    await playground.add({ Amount: 2 });
    await playground.add({ Amount: 3, Priority: 3 });
    await playground.step();
    expect(await playground.actors()).toEqual({ 'withdraw 1': 'done', 'withdraw 2': 'waits', 'withdraw 3': 'holds' });
    await playground.press('cancel() all waits');
    expect(await playground.actors()).toMatchObject({ 'withdraw 2': 'canceled', 'withdraw 3': 'holds' });
  });

  it('can be shared by its address', async () => {
    await playground.add({ Amount: 1, 'Seconds of work': 2 });
    await playground.add({ Amount: 2, 'Timeout in seconds': 1 });
    await playground.add({ Amount: 3, 'Timeout in seconds': '' });
    await playground.toggle();
    await playground.toggle();
    const seen = [await playground.actors(), await playground.state(), await playground.now()];
    await playground.press('Copy link');
    const address = playground.page.url();
    const program = await playground.program();

    const other = await site.open(address, { reducedMotion: 'reduce' });
    const copy = new PlaygroundPage(other.page);
    await copy.lanes().nth(2).waitFor();
    expect([await copy.actors(), await copy.state(), await copy.now()]).toEqual(seen);
    expect(await copy.program()).toBe(program);
    expect(other.complaints).toEqual([]);
    await other[Symbol.asyncDispose]();
  });

  it('can be used with the keyboard alone', async () => {
    const { keyboard } = playground.page;
    await playground.page.getByLabel('Seconds of work').focus();
    await keyboard.press('Enter');
    await playground.lanes().nth(0).waitFor();
    await playground.page.getByLabel('Seconds of work').focus();
    await keyboard.press('Enter');
    await playground.lanes().nth(1).waitFor();
    await playground.page.getByRole('button', { name: 'Abort withdraw 5 (2)' }).focus();
    await keyboard.press('Space');
    await playground.page.locator('[data-actor="withdraw 5 (2)"][data-status="aborted"]').waitFor();
    await playground.page.getByRole('button', { name: 'Step' }).focus();
    await keyboard.press('Enter');
    await playground.page.locator('[data-actor="withdraw 5"][data-status="done"]').waitFor();
    await playground.page.getByRole('switch', { name: 'Without the lock' }).focus();
    await keyboard.press('Space');
    await playground.page.locator('.stage.without').waitFor();
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
    expect(await playground.actors()).toEqual({
      'reader 1': 'reads',
      'reader 2': 'reads',
      'writer 1': 'waits',
      'reader 3': 'waits',
    });
    expect(await playground.state()).toMatchObject({
      'lock.isLocked': "'R'",
      'lock.readers': '2',
      'lock.waitingReaders': '1',
      'lock.waitingWriters': '1',
    });
    await playground.step();
    expect(await playground.actors()).toMatchObject({ 'writer 1': 'writes', 'reader 3': 'waits' });
    expect(await playground.state()).toMatchObject({ 'lock.isLocked': "'W'", 'lock.readers': '0' });
  });

  it('replays the scenario with another policy', async () => {
    await playground.add({ 'Asks to': 'read' });
    await playground.add({ 'Asks to': 'write' });
    await playground.add({ 'Asks to': 'read' });
    expect(await playground.actors()).toEqual({ 'reader 1': 'reads', 'writer 1': 'waits', 'reader 2': 'waits' });
    await playground.set('Policy', 'readers');
    expect(await playground.actors()).toEqual({ 'reader 1': 'reads', 'writer 1': 'waits', 'reader 2': 'reads' });
    expect(await playground.program()).toContain("new ReadWriteLock({ policy: 'readers' })");
  });

  it('can be made to throw before it writes', async () => {
    await playground.add({ 'Asks to': 'upgradable', 'Seconds of reading': 1, 'Seconds of writing': 1 });
    await playground.press('Let clerk 1 throw');
    expect(await playground.actors()).toEqual({ 'clerk 1': 'threw' });
    expect(await playground.state()).toMatchObject({ 'lock.isLocked': 'false', net: '100' });
  });
});

describe('Semaphore', () => {
  beforeEach(async () => {
    await open('playground/semaphore');
    await playground.clear();
  });

  it('can be resized while in use', async () => {
    await playground.set('Capacity', 2);
    for (const _ of 'ABCD') await playground.add();
    expect(await playground.state()).toMatchObject({ 'semaphore.available': '0', 'semaphore.waiting': '2' });
    await playground.set('Capacity', 3);
    expect(await playground.actors()).toMatchObject({ 'image 3': 'holds', 'image 4': 'waits' });
    await playground.set('Capacity', 1);
    expect(await playground.state()).toMatchObject({ 'semaphore.available': '-2', 'semaphore.waiting': '1' });
    expect(await playground.program()).toContain('semaphore.capacity = 1');
  });

  it('grants several permits or none, and rejects a request for more than the capacity', async () => {
    await playground.add();
    await playground.add({ Permits: 3 });
    await playground.add({ Permits: 1 });
    expect(await playground.actors()).toEqual({ 'image 1': 'holds', 'image 2': 'waits', 'image 3': 'waits' });
    await playground.add({ Permits: 5 });
    expect(await playground.actors()).toMatchObject({ 'image 4': 'refused' });
  });
});

describe('KeyedLocks', () => {
  beforeEach(async () => {
    await open('playground/keyed-locks');
    await playground.clear();
  });

  it('has a lock for each key, and lets a transfer wait in two lines', async () => {
    await playground.add({ Keys: 'ann', 'Seconds of work': 2 });
    await playground.add({ Keys: 'ben', 'Seconds of work': 1 });
    await playground.add({ Keys: 'ann ben' });
    await playground.add({ Keys: 'ben' });
    const [first, second, both, last] = [1, 2, 3, 4].map((number) => `transfer ${number}`);
    expect(await playground.keys()).toEqual({ ann: [first, both], ben: [second, both, last] });
    expect(await playground.state()).toMatchObject({ 'accounts.size': '2', 'accounts.waiting': '3' });

    expect(await playground.step()).toBe(1000);
    // Its place is kept: the last one waits behind it, although the lock is free.
    expect(await playground.actors()).toMatchObject({ 'transfer 3': 'waits', 'transfer 4': 'waits' });
    expect(await playground.step()).toBe(2000);
    expect(await playground.keys()).toEqual({ ann: [both], ben: [both, last] });
    await playground.step();
    await playground.step();
    expect(await playground.state()).toMatchObject({ 'accounts.size': '0', 'accounts.waiting': '0' });
    expect(await playground.keys()).toEqual({});
    expect(await playground.program()).toContain("transfer(['ann', 'ben'], ");
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
    for (const condition of ['ready', 'failed, ready', '/^con/', '!starting']) {
      await playground.add({ 'Waits for': condition });
    }
    expect(await playground.state()).toMatchObject({ 'barrier.get()': "'starting'", 'barrier.waiting': '4' });
    await playground.set('Ticket', 'connected');
    await playground.press('Set the ticket');
    expect(Object.values(await playground.actors())).toEqual(['waits', 'waits', 'done', 'done']);
    expect(await playground.state()).toMatchObject({ 'barrier.get()': "'connected'", 'barrier.waiting': '2' });
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
    expect(await playground.state()).toMatchObject({ 'all.count': '2', 'all.waiting': '1' });
    await playground.press('Let upload 1 throw');
    expect(await playground.actors()).toEqual({ 'upload 1': 'threw', 'upload 2': 'works', 'report 1': 'waits' });
    await playground.step();
    expect(await playground.actors()).toEqual({ 'upload 1': 'threw', 'upload 2': 'done', 'report 1': 'done' });
    expect(await playground.state()).toMatchObject({ 'all.count': '0', missed: '0' });
  });

  it('counts by hand, and throws instead of counting below zero', async () => {
    await playground.press('v() one more');
    expect(await playground.state()).toMatchObject({ 'all.count': '1' });
    await playground.press('p() one done');
    await playground.press('p() one done');
    expect(await playground.state()).toMatchObject({ 'all.count': '0' });
    expect(await playground.news()).toContain('InvalidStateError: ASemaphore: p() at zero');
  });
});

describe('Choose your problem', () => {
  it('leads to a running example for each of the problems', async () => {
    await open('playground/');
    await playground.page.locator('.problems').waitFor();
    const cards = playground.page.locator('.problems button');
    expect(await cards.count()).toBe(8);
    for (const [index, name] of [
      'Mutex',
      'Semaphore',
      'map and stream',
      'ReadWriteLock',
      'KeyedLocks',
      'Barrier',
      'ASemaphore',
      'Leases',
    ].entries()) {
      await cards.nth(index).click();
      await playground.page.getByRole('region', { name: `${name} playground` }).waitFor();
      await playground.lanes().first().waitFor();
      expect(await playground.verdict()).not.toBe('');
    }
    expect(playground.page.url()).toBe(`${site.url}/playground/`);
    await playground.page.locator('.problems a').click();
    await playground.page.waitForURL(`${site.url}/playground/tabs`);
  });
});
