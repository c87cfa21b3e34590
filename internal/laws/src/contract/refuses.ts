import type { BadOptions } from './bad-options.ts';
import type { Form } from './call.ts';
import { check, reasonOf } from './check.ts';
import type { Scene } from './scene.ts';

/** Checks that calls with these options reject, on a free and on a held lock, and change nothing. */
export async function refuses(scene: Scene, form: Form, bad: readonly BadOptions[]): Promise<void> {
  for (const isHeld of [false, true]) {
    const holders = isHeld ? await scene.block() : [];
    for (const [title, options, ErrorClass, message] of bad) {
      const { lock } = scene;
      const result =
        form === 'acquire' ? lock.acquire(options as never) : lock.sandbox(() => 'granted', options as never);
      const error = await reasonOf(result, `${form}() with ${title}`);
      check(error instanceof ErrorClass, `${title} must reject with a ${ErrorClass.name}, but gave ${String(error)}`);
      check(message.test(error.message), `the message must match ${message}: ${error.message}`);
    }
    await scene.release(holders);
  }
}
