// What a visitor sees and does on a page with a playground.
import type { Locator, Page } from 'playwright-core';

export class PlaygroundPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Presses a button, by its label. */
  async press(name: string): Promise<void> {
    await this.#root.getByRole('button', { name, exact: true }).click();
    await this.#atRest();
  }

  /** Fills in a field, by its label. */
  async set(name: string, value: string | number): Promise<void> {
    const [list, number, text] = (['combobox', 'spinbutton', 'textbox'] as const).map((role) =>
      this.#root.getByRole(role, { name, exact: true }),
    ) as [Locator, Locator, Locator];
    if ((await list.count()) > 0) {
      await list.selectOption(String(value));
    } else {
      await number.or(text).fill(String(value));
      await number.or(text).dispatchEvent('change');
    }
    await this.#atRest();
  }

  /** Adds an actor; fields by their labels. It is there when this returns. */
  async add(fields: Record<string, string | number> = {}): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.set(label, value);
    await this.#root.getByRole('button', { name: /^Add / }).click();
    await this.#atRest();
  }

  /** Begins with nobody. */
  async clear(): Promise<void> {
    await this.lanes().first().waitFor();
    await this.press('Empty');
  }

  /** Goes to the next event, and says what time it is then. */
  async step(): Promise<number> {
    await this.press('Step');
    return this.now();
  }

  async now(): Promise<number> {
    return Number(await this.#root.getAttribute('data-now'));
  }

  /** What the primitive says of itself. */
  async state(): Promise<Record<string, string>> {
    const found = await this.page
      .locator('[data-state]')
      .evaluateAll((elements) =>
        elements.map((element) => [(element as HTMLElement).dataset.state, element.textContent?.trim()]),
      );
    return Object.fromEntries(found);
  }

  /** What is drawn: how each actor stands, by its lane. */
  async actors(): Promise<Record<string, string>> {
    const found = await this.lanes().evaluateAll((lanes) =>
      lanes.map((lane) => [(lane as HTMLElement).dataset.actor, lane.querySelector('.status')?.textContent?.trim()]),
    );
    return Object.fromEntries(found);
  }

  /** What is drawn: who stands in a zone of the room. */
  async room(zone: 'line' | 'primitive' | 'gone'): Promise<string[]> {
    const chips = this.page.locator(`.zone.${zone} .chip:not(.free, .chip-leave-active)`);
    const texts = await chips.evaluateAll((elements) =>
      elements.map((element) => element.firstChild?.textContent ?? ''),
    );
    return texts.map((text) => text.trim());
  }

  /** The pieces of an actor's lane. */
  async spans(name: string): Promise<string[]> {
    const spans = this.page.locator(`[data-actor="${name}"] .span`);
    return spans.evaluateAll((elements) => elements.map((element) => element.textContent?.trim() ?? ''));
  }

  async program(): Promise<string> {
    return (await this.page.locator('.program code').textContent()) ?? '';
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
    await this.page.locator('.playground[data-busy="false"]').waitFor();
  }
}
