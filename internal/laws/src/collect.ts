import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { rest } from './rest.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Collects garbage until none of these is left. One round alone may miss some, so it tries a few times. */
export async function collect(refs: readonly WeakRef<WeakKey>[]): Promise<void> {
  for (let round = 0; round < 10; round++) {
    await rest();
    collectGarbage();
    if (refs.every((ref) => ref.deref() === undefined)) return;
  }
}
