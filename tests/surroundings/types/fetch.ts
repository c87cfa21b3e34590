// With the DOM library, or @types/node, or @cloudflare/workers-types.
import { Mutex } from 'valvekit';

const mutex = new Mutex();
export function load(url: string, init: RequestInit): Promise<Response> {
  return mutex.sandbox(() => fetch(url, init), { signal: init.signal });
}
export const either: Promise<Response> = mutex.sandbox(() => fetch('/'), { signal: AbortSignal.timeout(5) });
const controller = new AbortController();
await mutex.lock({ signal: controller.signal });
// @ts-expect-error
await mutex.lock({ signal: controller });
