import { equal, Violation } from './check.ts';
import { Scene } from './scene.ts';
import type { ContractSubject } from './subject.ts';
import { UnhandledRejections } from './unhandled-rejections.ts';

/** One promise of the contract, as a program that throws if a lock breaks it. */
export interface Law {
  readonly name: string;
  /** Whether the law applies to a lock; by default to all. */
  when?(subject: ContractSubject): boolean;
  run(scene: Scene): Promise<void>;
}

/**
 * Runs a law on a new lock. Whatever the law, afterwards every call has settled once, the lock is as free as a new one,
 * no timer is pending, and no rejection was left unhandled.
 *
 * @param patience - when it settles, the law counts as broken if it has not ended; by default never
 */
export async function keep(
  law: Law,
  subject: ContractSubject,
  patience: Promise<void> = new Promise(() => {}),
): Promise<void> {
  const unhandled = new UnhandledRejections();
  try {
    const scene = await Scene.open(subject);
    try {
      const endless = patience.then(() => {
        throw new Violation('the law has not ended');
      });
      await Promise.race([law.run(scene).then(() => scene.finish()), endless]);
    } finally {
      await scene.close();
    }
    equal(await unhandled.reasons(), [], 'unhandled rejections');
  } finally {
    unhandled.stop();
  }
}
