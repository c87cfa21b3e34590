// No AbortSignal either: a signal of the program's own fits by its shape.
import { Mutex } from 'valvekit';

// @ts-expect-error
new AbortController();
// @ts-expect-error
void ({} as HTMLElement);
const signal = {
  aborted: false,
  addEventListener(_type: 'abort', _listener: () => void): void {},
  removeEventListener(_type: 'abort', _listener: () => void): void {},
};
await new Mutex().lock({ signal });
