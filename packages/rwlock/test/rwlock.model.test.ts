import { createReadWriteLock } from '@valvekit/rwlock';
import { agreesWithModel } from '@valvekit-internal/laws/explore/random';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { expect, test } from 'vitest';

test('a read/write lock does what its model does in random programs', () => {
  agreesWithModel('rwlock', library, 1000);
});

test.each(['fair', 'readers'] as const)('readers never see half of a write, with the policy %s', async (policy) => {
  await inAnyOrder(async (work) => {
    const lock = createReadWriteLock({ policy });
    const pair = { left: 0, right: 0 };
    const write = async () => {
      pair.left += 1;
      await work('write');
      pair.right += 1;
    };
    const read = async () => {
      const { left } = pair;
      await work('read');
      expect(pair).toEqual({ left, right: left });
    };
    const sides = ['read', 'write', 'read', 'read', 'write', 'read'] as const;
    await Promise.all(sides.map((side) => lock[side].sandbox(side === 'read' ? read : write)));
    expect(pair).toEqual({ left: 2, right: 2 });
    expect(lock.isLocked).toBe(false);
  }, 100);
});
