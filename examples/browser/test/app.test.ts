import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App, browser } from './open-app.ts';

let app: App;

beforeEach(async () => {
  app = await App.open();
});

afterEach(async () => {
  expect(app.complaints).toEqual([]);
  await app.close();
});

const describeInBrowser = describe.skipIf(browser === undefined);

describeInBrowser('the token', () => {
  const answers = () => app.texts('#answers li');

  it('is refreshed once by twenty clicks, and once more after it has expired', async () => {
    await app.click('Request the balance', 20);
    expect(await answers()).toEqual(Array(20).fill('…'));
    expect(await app.traffic('tokens')).toEqual({ requests: 1, open: 1, mostAtOnce: 1 });
    expect(await app.traffic('balances')).toEqual({ requests: 0, open: 0, mostAtOnce: 0 });

    await app.after(1000);
    expect(await app.traffic('balances')).toEqual({ requests: 20, open: 20, mostAtOnce: 20 });
    await app.after(1000);
    expect(await answers()).toEqual(Array(20).fill('with token 1'));
    expect(await app.traffic('tokens')).toEqual({ requests: 1, open: 0, mostAtOnce: 1 });

    await app.click('Expire the token');
    await app.click('Request the balance', 3);
    await app.after(2000);
    expect(await answers()).toEqual(Array(3).fill('with token 2'));
    expect(await app.traffic('tokens')).toEqual({ requests: 2, open: 0, mostAtOnce: 1 });
  });

  it('is requested by the next waiter when a refresh fails', async () => {
    await app.page.getByLabel('Fail the next refresh').check();
    await app.click('Request the balance', 3);
    await app.after(1000);
    expect(await answers()).toEqual(['refused', '…', '…']);
    await app.after(2000);
    expect(await answers()).toEqual(['refused', 'with token 1', 'with token 1']);
    expect(await app.traffic('tokens')).toEqual({ requests: 2, open: 0, mostAtOnce: 1 });
  });
});

describeInBrowser('the gallery', () => {
  const progress = () => app.page.getByRole('progressbar').evaluate((bar: HTMLProgressElement) => bar.position);
  const pictures = () => app.page.getByRole('img');

  it('loads four pictures at a time until all are shown', async () => {
    await app.click('Load 24 pictures');
    for (let loaded = 0; loaded < 24; loaded += 4) {
      expect(await app.traffic('pictures')).toEqual({ requests: loaded + 4, open: 4, mostAtOnce: 4 });
      expect(await progress()).toBeCloseTo(loaded / 24);
      expect(await pictures().count()).toBe(loaded);
      await app.after(1000);
    }
    expect(await app.traffic('pictures')).toEqual({ requests: 24, open: 0, mostAtOnce: 4 });
    expect(await progress()).toBe(1);
    expect(await app.text('#loaded')).toBe('24 of 24 (100 %)');
    const sizes = await pictures().evaluateAll((images: HTMLImageElement[]) =>
      Promise.all(images.map((image) => image.decode().then(() => image.naturalWidth))),
    );
    expect(sizes.filter((width) => width > 0)).toHaveLength(24);
  });

  it('loads more, fewer or no pictures at a time as soon as the limit changes', async () => {
    await app.click('Load 24 pictures');
    await app.set('At a time', '6');
    expect(await app.traffic('pictures')).toEqual({ requests: 6, open: 6, mostAtOnce: 6 });
    await app.set('At a time', '2');
    await app.after(1000);
    expect(await app.traffic('pictures')).toEqual({ requests: 8, open: 2, mostAtOnce: 6 });
    await app.set('At a time', '0');
    await app.after(60_000);
    expect(await app.text('#loaded')).toBe('8 of 24 (33 %)');
    await app.set('At a time', '16');
    await app.after(1000);
    expect(await app.text('#loaded')).toBe('24 of 24 (100 %)');
    expect(await app.traffic('pictures')).toEqual({ requests: 24, open: 0, mostAtOnce: 16 });
  });

  it('stops when asked to, and loads all pictures the next time', async () => {
    await app.click('Load 24 pictures');
    await app.after(2000);
    await app.click('Stop');
    await app.after(60_000);
    expect(await app.text('#loaded')).toBe('8 of 24 (33 %), stopped');
    expect(await app.traffic('pictures')).toEqual({ requests: 12, open: 0, mostAtOnce: 4 });

    await app.click('Load 24 pictures');
    await app.after(6000);
    expect(await app.text('#loaded')).toBe('24 of 24 (100 %)');
    expect(await pictures().count()).toBe(24);
    expect(await app.traffic('pictures')).toEqual({ requests: 36, open: 0, mostAtOnce: 4 });
  });

  it('stops when asked to while the limit is zero', async () => {
    await app.set('At a time', '0');
    await app.click('Load 24 pictures');
    await app.after(60_000);
    expect(await app.text('#loaded')).toBe('0 of 24 (0 %)');
    await app.click('Stop');
    expect(await app.text('#loaded')).toBe('0 of 24 (0 %), stopped');
    expect(await app.traffic('pictures')).toEqual({ requests: 0, open: 0, mostAtOnce: 0 });
  });
});

describeInBrowser('the form', () => {
  const outcome = () => app.text('#outcome');
  const connect = (state: string) => app.page.getByLabel(state, { exact: true }).check();
  const isEnabled = (button: string) => app.page.getByRole('button', { name: button, exact: true }).isEnabled();

  it('waits to send its message until the connection is ready', async () => {
    await app.set('Message', 'Good morning');
    await app.click('Send');
    await connect('connecting');
    await app.after(9999);
    expect(await outcome()).toBe('Waiting until the connection is ready…');
    expect(await app.traffic('messages')).toEqual({ requests: 0, open: 0, mostAtOnce: 0 });
    expect([await isEnabled('Send'), await isEnabled('Cancel')]).toEqual([false, true]);

    await connect('ready');
    expect(await outcome()).toBe('Sending…');
    await app.after(1000);
    expect(await outcome()).toBe('Sent: Good morning');
    expect(await app.traffic('messages')).toEqual({ requests: 1, open: 0, mostAtOnce: 1 });
    expect([await isEnabled('Send'), await isEnabled('Cancel')]).toEqual([true, false]);
  });

  it('sends immediately if the connection is already ready', async () => {
    await connect('ready');
    await app.click('Send');
    expect(await outcome()).toBe('Sending…');
    await app.after(1000);
    expect(await outcome()).toBe('Sent: Hello');
  });

  it('times out, and sends nothing when the connection is ready later', async () => {
    await app.set('Timeout', '3');
    await app.click('Send');
    await app.after(2999);
    expect(await outcome()).toBe('Waiting until the connection is ready…');
    await app.after(1);
    expect(await outcome()).toBe('Timed out: the connection was not ready in time');
    await connect('ready');
    await app.after(60_000);
    expect(await app.traffic('messages')).toEqual({ requests: 0, open: 0, mostAtOnce: 0 });
    expect(await isEnabled('Send')).toBe(true);
  });

  it('can be canceled while it waits, and sent again', async () => {
    await app.click('Send');
    await app.click('Cancel');
    expect(await outcome()).toBe('Canceled');
    await connect('ready');
    await app.after(60_000);
    expect(await app.traffic('messages')).toEqual({ requests: 0, open: 0, mostAtOnce: 0 });

    await app.click('Send');
    await app.after(1000);
    expect(await outcome()).toBe('Sent: Hello');
  });
});
