import { expect, it } from 'vitest';
import { Screen } from '../demo/screen.ts';

class Recorder {
  readonly rows = 3;
  written = '';

  write(text: string): void {
    this.written += text;
  }
}

const hidesCursor = '\u001b[?25l';
const showsCursor = '\u001b[?25h';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'];

it('hides the cursor while it is open, and shows it again afterwards', () => {
  const terminal = new Recorder();
  const screen = new Screen(terminal);
  expect(terminal.written).toContain(hidesCursor);
  expect(terminal.written).not.toContain(showsCursor);
  screen[Symbol.dispose]();
  expect(terminal.written).toContain(showsCursor);
});

it('paints no more lines than fit on the terminal', () => {
  const terminal = new Recorder();
  using screen = new Screen(terminal);
  screen.paint(['one', 'two', 'three', 'four']);
  expect(terminal.written).toContain('three');
  expect(terminal.written).not.toContain('four');
});

it('leaves no listener behind', () => {
  const count = () => signals.map((signal) => process.listenerCount(signal));
  const before = count();
  new Screen(new Recorder())[Symbol.dispose]();
  expect(count()).toEqual(before);
});
