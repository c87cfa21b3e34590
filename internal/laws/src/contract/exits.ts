import type { PermitOptions } from './acquirable.ts';
import type { Scene } from './scene.ts';

/** A way in which one wait ends early. */
export interface Exit {
  readonly name: string;
  /** The options of the call, and what makes it give up. */
  prepare(scene: Scene): { readonly options: PermitOptions; leave(): void | Promise<void> };
}

export const exits: readonly Exit[] = [
  {
    name: 'an abort',
    prepare() {
      const controller = new AbortController();
      return { options: { signal: controller.signal }, leave: () => controller.abort('gone') };
    },
  },
  {
    name: 'a timeout',
    prepare: (scene) => ({ options: { timeout: scene.timeout }, leave: () => scene.pass(scene.timeout) }),
  },
];
