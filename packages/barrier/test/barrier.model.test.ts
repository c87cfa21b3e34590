import { createBarrier } from '@valvekit/barrier';
import { agreesWithModel } from '@valvekit-internal/laws/explore/random';
import { inAnyOrder } from '@valvekit-internal/laws/explore/scheduled';
import * as library from 'valvekit';
import { expect, test } from 'vitest';

test('a barrier does what its model does in random programs', () => {
  agreesWithModel('barrier', library, 1000);
});

test('two tasks that wait for each other in turn miss no turn', async () => {
  await inAnyOrder(async (work) => {
    const turn = createBarrier<string>('ping');
    const served: string[] = [];
    const play = async (mine: string, other: string) => {
      for (let round = 0; round < 3; round++) {
        await turn.wait(mine);
        await work(mine);
        served.push(mine);
        turn.set(other);
      }
    };
    await Promise.all([play('ping', 'pong'), play('pong', 'ping')]);
    expect(served.join(' ')).toBe('ping pong ping pong ping pong');
  }, 100);
});
