import { stripVTControlCharacters } from 'node:util';
import { Semaphore } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { Cast } from '../demo/cast.ts';
import { frame } from '../demo/frame.ts';
import { scenes } from '../demo/scenes.ts';
import { LastSeen } from '../stage.ts';

async function crowdedFrame(): Promise<string[]> {
  const primitive = new Semaphore(5);
  const cast = new Cast();
  for (let number = 1; number <= 200; number++) {
    cast.tell(`Item[${number}]`, 'asks');
    primitive.take(() => cast.tell(`Item[${number}]`, 'starts'));
  }
  const events = Array.from({ length: 50 }, (_, index) => `event ${index} ${'is long '.repeat(20)}`);
  return frame({ scenes, current: 3, primitive, cast, events, seconds: 1234.5 }).map(stripVTControlCharacters);
}

describe('the frame of the demo', () => {
  it('fits a terminal of 80 columns and 24 rows', async () => {
    const lines = await crowdedFrame();
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  });

  it('shows the holders and the waiters', async () => {
    const text = (await crowdedFrame()).join('\n');
    expect(text).toContain(' inside   ■■■■■  5 of 5 taken\n          Item[1], Item[2], Item[3], Item[4], Item[5]\n');
    expect(text).toMatch(/ waiting {2}●+ {2}195\n {10}Item\[6\], .* and 189 more\n/);
  });

  it('shows who holds a lock on a server, and what is left of the lease', () => {
    const [current, cast] = [scenes.length - 1, new Cast()];
    const shown = (primitive: LastSeen) =>
      frame({ scenes, current, primitive, cast, events: [], seconds: 0 }).map(stripVTControlCharacters).join('\n');
    const until = Date.now() + 3_600_000;
    expect(shown(new LastSeen('worker 1', until, 1))).toMatch(
      / inside {3}■ {2}worker 1 for 3[56]\d\d\.\d s\n.*\n waiting {2}● {2}1\n/,
    );
    expect(shown(new LastSeen('worker 1', 1, 1))).toContain('worker 1 for 0.0 s');
    expect(shown(new LastSeen(undefined))).toMatch(/ inside {3}□ {2}free\n/);
  });

  it('shows which scenes are done, which one is playing, and which are next', async () => {
    const marks = (await crowdedFrame()).map((line) => line[1]).join('');
    expect(marks).toContain('✓✓✓▶······');
  });
});
