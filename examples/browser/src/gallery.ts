import { map, Semaphore } from '@valvekit/semaphore';
import { find } from './find.ts';
import { paint } from './paint.ts';
import type { Server } from './server.ts';
import { stoppable } from './stoppable.ts';

/** Many pictures, a few loading at a time; the limit can change while they load. */
export function setUpGallery(server: Server): void {
  const load = find('load', HTMLButtonElement);
  const stop = find('stop', HTMLButtonElement);
  const atATime = find('at-a-time', HTMLInputElement);
  const loaded = find('loaded', HTMLSpanElement);
  const progress = find('progress', HTMLProgressElement);
  const pictures = find('pictures', HTMLDivElement);

  const semaphore = new Semaphore(atATime.valueAsNumber);
  const numbers = Array.from({ length: progress.max }, (_, index) => index + 1);

  async function loadAll(signal: AbortSignal): Promise<void> {
    pictures.replaceChildren();
    show(0);
    try {
      await map(semaphore, numbers, (number) => loadOne(number, signal), { signal });
    } catch {
      loaded.textContent += ', stopped';
    }
  }

  async function loadOne(number: number, signal: AbortSignal): Promise<void> {
    const image = new Image();
    image.src = await server.request('picture', () => paint(number), signal);
    image.alt = `Picture ${number}`;
    pictures.append(image);
    show(progress.value + 1);
  }

  function show(count: number): void {
    progress.value = count;
    loaded.textContent = `${count} of ${progress.max} (${Math.round(progress.position * 100)} %)`;
  }

  load.addEventListener('click', () => void stoppable(load, stop, loadAll));

  atATime.addEventListener('input', () => {
    if (atATime.value !== '' && atATime.checkValidity()) semaphore.capacity = atATime.valueAsNumber;
  });
}
