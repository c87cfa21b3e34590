// What a visitor can see and do on a playground page.
import type { Locator, Page } from 'playwright-core';

export class PlaygroundPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Presses the button with this label. */
  async press(name: string): Promise<void> {
    await this.#root.getByRole('button', { name, exact: true }).click();
    await this.#atRest();
  }

  /** Fills in the field with this label. */
  async set(name: string, value: string | number): Promise<void> {
    const [list, number, text] = (['combobox', 'spinbutton', 'textbox'] as const).map((role) =>
      this.#root.getByRole(role, { name, exact: true }),
    ) as [Locator, Locator, Locator];
    if ((await list.count()) > 0) {
      await list.selectOption(String(value));
    } else {
      await number.or(text).fill(String(value));
      await number.or(text).blur();
    }
    await this.#atRest();
  }

  /** Adds an actor, with fields by label; resolves when the actor is visible. */
  async add(fields: Record<string, string | number> = {}): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.set(label, value);
    await this.#root.getByRole('button', { name: /^Add / }).click();
    await this.#atRest();
  }

  /** Chooses a story. */
  async story(title: string): Promise<void> {
    await this.press(title);
  }

  /** Switches the lock off or on. */
  async toggle(): Promise<void> {
    await this.#root.getByRole('switch').click();
    await this.#atRest();
  }

  /** What has come of it, once it is over. */
  async verdict(): Promise<string> {
    return (await this.page.locator('.verdict').textContent())?.trim() ?? '';
  }

  /** The lines at which somebody is, with the names. */
  async busyLines(): Promise<string[]> {
    const lines = await this.page.locator('.program .row.busy').allTextContents();
    return lines.map((line) => line.trim());
  }

  /** Removes all actors. */
  async clear(): Promise<void> {
    await this.lanes().first().waitFor();
    await this.press('Clear');
  }

  /** Goes to the next event, and returns its time. */
  async step(): Promise<number> {
    await this.press('Step');
    return this.now();
  }

  async now(): Promise<number> {
    return Number(await this.#root.getAttribute('data-now'));
  }

  /** The displayed state of the primitive. */
  async state(): Promise<Record<string, string>> {
    const found = await this.page
      .locator('[data-state]')
      .evaluateAll((elements) =>
        elements.map((element) => [(element as HTMLElement).dataset.state, element.textContent?.trim()]),
      );
    return Object.fromEntries(found);
  }

  /** The displayed status of each actor, by its lane. */
  async actors(): Promise<Record<string, string>> {
    const found = await this.lanes().evaluateAll((lanes) =>
      lanes.map((lane) => [(lane as HTMLElement).dataset.actor, lane.querySelector('.status')?.textContent?.trim()]),
    );
    return Object.fromEntries(found);
  }

  /** The actors displayed in a zone of the room. */
  async room(zone: 'line' | 'primitive' | 'gone'): Promise<string[]> {
    const chips = this.page.locator(`.zone.${zone} .chip:not(.free, .chip-leave-active)`);
    const texts = await chips.evaluateAll((elements) =>
      elements.map((element) => element.firstChild?.textContent ?? ''),
    );
    return texts.map((text) => text.trim());
  }

  /** The actors displayed in the lane of each key, the holder first. */
  async keys(): Promise<Record<string, string[]>> {
    const found = await this.page.locator('[data-key]').evaluateAll((lanes) =>
      lanes.map((lane) => {
        const chips = [...lane.querySelectorAll('.chip:not(.chip-leave-active)')];
        return [(lane as HTMLElement).dataset.key, chips.map((chip) => chip.firstChild?.textContent?.trim())];
      }),
    );
    return Object.fromEntries(found);
  }

  /** The segments of an actor's lane. */
  async spans(name: string): Promise<string[]> {
    const spans = this.page.locator(`[data-actor="${name}"] .span`);
    return spans.evaluateAll((elements) => elements.map((element) => element.textContent?.trim() ?? ''));
  }

  async program(): Promise<string> {
    return (await this.page.locator('.program code').first().textContent()) ?? '';
  }

  async news(): Promise<string> {
    return (await this.page.locator('.news').textContent()) ?? '';
  }

  lanes(): Locator {
    return this.page.locator('[data-actor]');
  }

  get #root(): Locator {
    return this.page.locator('.playground');
  }

  async #atRest(): Promise<void> {
    // What a click changes is shown with the next frame.
    await this.page.evaluate(() => new Promise(requestAnimationFrame));
    await this.page.locator('.playground[data-busy="false"]').waitFor();
  }
}
