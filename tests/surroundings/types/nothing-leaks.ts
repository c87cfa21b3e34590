// Where the program's libraries do not declare them, our types must not make these type-check: the runtime may lack them.
import { Mutex } from 'valvekit';

// @ts-expect-error
new DisposableStack();
// @ts-expect-error
new AsyncDisposableStack();
// @ts-expect-error
export const dispose = Symbol.dispose;
// @ts-expect-error
void ({} as Disposable);
export const released = (await new Mutex().acquire()).released;
