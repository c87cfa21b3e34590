import { styleText } from 'node:util';
import type { Cast } from './cast.ts';
import { readGauge } from './gauge.ts';
import type { Scene } from './scenes.ts';

/** The data of a frame. */
export interface View {
  scenes: readonly Scene[];
  current: number;
  primitive: object | undefined;
  cast: Cast;
  events: readonly string[];
  seconds: number;
}

type Style = Parameters<typeof styleText>[0];
type Part = [text: string, style?: Style];

const width = 79;
const eventLines = 5;

/** The lines of a frame: at most 79 columns and 23 rows, so that nothing scrolls on 80 by 24. */
export function frame(view: View): string[] {
  const { primitive, cast, events, seconds } = view;
  const { label, taken, free, state, waiting } = readGauge(primitive);
  const clock = `Ctrl-C ends    ${seconds.toFixed(1)} s`;
  return [
    line(
      [' valvekit', 'bold'],
      [' locks for asynchronous JavaScript'.padEnd(width - 9 - clock.length)],
      [clock, 'dim'],
    ),
    rule(),
    ...view.scenes.map((scene, index) => sceneLine(scene, index - view.current)),
    rule(),
    line(
      [` ${label.padEnd(8)} `],
      ['■'.repeat(taken), 'green'],
      ['□'.repeat(free), 'dim'],
      [taken + free ? '  ' : ''],
      [state],
    ),
    line([`          ${names(cast.inside)}`, 'green']),
    line([' waiting  '], ['●'.repeat(Math.min(waiting, 64)), 'yellow'], [waiting > 0 ? '  ' : ''], [String(waiting)]),
    line([`          ${names(cast.waiting)}`, 'yellow']),
    rule(),
    ...Array.from({ length: eventLines }, (_, index) => eventLine(events.slice(-eventLines)[index])),
  ];
}

function sceneLine({ primitive, title, file }: Scene, distance: number): string {
  const text = ` ${primitive.padEnd(14)} ${title}`.padEnd(width - 3 - file.length);
  if (distance < 0) return line([' ✓', 'green'], [text, 'dim'], [file, 'dim']);
  if (distance > 0) return line([' ·', 'dim'], [text, 'dim'], [file, 'dim']);
  return line([' ▶', 'cyan'], [text, 'bold'], [file, 'cyan']);
}

function eventLine(event = ''): string {
  return line([` ${event}`]);
}

function rule(): string {
  return line(['─'.repeat(width), 'dim']);
}

/** As many names as fit, and the number of the others. */
function names(people: ReadonlySet<string>): string {
  const room = 58;
  const all = [...people];
  let text = '';
  for (const [index, name] of all.entries()) {
    const longer = text === '' ? name : `${text}, ${name}`;
    if (longer.length > room) return `${text} and ${all.length - index} more`;
    text = longer;
  }
  return text;
}

/** Parts next to each other, cut off at the width. */
function line(...parts: Part[]): string {
  let room = width;
  let text = '';
  for (const [part, style] of parts) {
    const shown = part.slice(0, room);
    room -= shown.length;
    text += style && shown ? styleText(style, shown) : shown;
  }
  return text;
}
