import type { PermitOptions } from './acquirable.ts';
import type { Scene } from './scene.ts';

/** A way in which one wait ends early. */
export interface Exit {
  readonly name: string;
  /** Whether the wait ends as soon as `leave` is called, and not some time later. */
  readonly isImmediate: boolean;
  /** The options of the call, and what makes it give up. */
  prepare(scene: Scene): { readonly options: PermitOptions; leave(): void | Promise<void> };
}

export const exits: readonly Exit[] = [
  {
    name: 'an abort',
    isImmediate: true,
    prepare() {
      const controller = new AbortController();
      return { options: { signal: controller.signal }, leave: () => controller.abort('gone') };
    },
  },
  {
    name: 'a timeout',
    isImmediate: false,
    prepare: (scene) => ({ options: { timeout: scene.timeout }, leave: () => scene.pass(scene.timeout) }),
  },
];
