// Plays the examples one after the other and shows their holders and waiters: as a live view in a terminal, otherwise as
// one line per event.
import { setTimeout as sleep } from 'node:timers/promises';
import { Cast } from './demo/cast.ts';
import { frame } from './demo/frame.ts';
import { readGauge } from './demo/gauge.ts';
import { type Scene, scenes } from './demo/scenes.ts';
import { Screen } from './demo/screen.ts';

const isTerminal = process.stdout.isTTY && process.env.TERM !== 'dumb';
await (isTerminal ? playLive() : playPlain());

async function playLive(): Promise<void> {
  const endings: string[] = [];
  {
    using screen = new Screen(process.stdout);
    const start = performance.now();
    for (const [current, scene] of scenes.entries()) {
      const cast = new Cast();
      const events: string[] = [];
      let primitive: object | undefined;
      const paint = () => {
        const seconds = (performance.now() - start) / 1000;
        screen.paint(frame({ scenes, current, primitive, cast, events, seconds }));
      };
      const repaint = setInterval(paint, 50);
      await scene.play({
        tick: 16,
        watch(watched) {
          primitive = watched;
        },
        tell(...words) {
          cast.tell(words[0], words[1]);
          events.push(words.filter(Boolean).join(' '));
        },
      });
      await sleep(300);
      clearInterval(repaint);
      endings.push(`${heading(scene)}\n  ${events.at(-1)}`);
    }
  }
  console.log(endings.join('\n'));
}

async function playPlain(): Promise<void> {
  // A reader such as `head` may close the pipe early.
  process.stdout.on('error', () => process.exit(0));
  for (const [index, scene] of scenes.entries()) {
    if (index > 0) console.log();
    console.log(heading(scene));
    let primitive: object | undefined;
    await scene.play({
      tick: 3,
      watch(watched) {
        primitive = watched;
      },
      tell(...words) {
        const { state, waiting } = readGauge(primitive);
        const event = `  ${words.filter(Boolean).join(' ')}`;
        console.log(`${event.padEnd(52)} ${state}, ${waiting} waiting`);
      },
    });
  }
}

function heading({ primitive, title, file }: Scene): string {
  return `${primitive}: ${title} (${file})`;
}
