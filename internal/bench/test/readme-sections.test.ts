import { describe, expect, it } from 'vitest';
import { filled } from '../src/readme-sections.ts';
import type { Line } from '../src/results.ts';
import { lineOf, ours, peer, resultsOf } from './lines.ts';

const EMPTY = `# A library

<!-- sizes:begin -->
<!-- sizes:end -->

between

<!-- speed:begin -->
old
<!-- speed:end -->

after
`;

const textOf = (...lines: Line[]): string => filled(EMPTY, resultsOf(...lines));

const contended = lineOf('W3 contended', [ours(100), peer('fast', 50), peer('async-mutex', 900)], { size: 10_000 });
const readWrite = lineOf('W6 90/10', [ours(100), peer('slow', 300)]);

describe('a README', () => {
  it('compares with the libraries that most people have, and with the fastest', () => {
    const text = textOf(contended, readWrite);
    expect(text).toContain('| 10,000 tasks queue for a mutex | 100 ns | 9.00 × | – | – | – | – | fast 0.500 × |');
    expect(text).toContain('| a read/write lock, one in ten writes | 100 ns | – | – | – | – | – | slow 3.00 × |');
  });

  it('says in how many rows a peer is faster', () => {
    expect(textOf(contended, readWrite)).toContain(
      'In 1 of the 2 rows measured, no peer is faster; in the other 1, at least one is.',
    );
    expect(textOf(readWrite)).toContain('In 1 of the 1 rows measured, no peer is faster.');
  });

  it('ignores noise', () => {
    const line = lineOf('W6 90/10', [ours(100), peer('about as fast', 96)]);
    expect(textOf(line)).toContain('In 1 of the 1 rows measured, no peer is faster.');
  });

  it('says which peers fail or take too long', () => {
    const wrong = { ...peer('p-limit', 1), wrong: 'two were inside' };
    const stopped = { ...peer('async-lock'), stopped: 6000 };
    const text = textOf(lineOf('W6 90/10', [ours(1e6), peer('slow', 3e6), wrong, stopped]));
    expect(text).toContain('| 1,000,000 ns | – | > 60.0 × | fails | – | – | slow 3.00 × |');
  });

  it('shows sizes in kilobytes', () => {
    const sizes = [ours(3969), peer('async-mutex', 961), peer('tiny', 121), peer('es-toolkit', 337)];
    const text = textOf(lineOf('S Mutex', sizes, { unit: 'bytes', isRepetition: true }));
    expect(text).toContain('| `Mutex` | 4.0 kB | – | 0.96 kB | – | – | – | 0.34 kB |');
  });

  it('says when, where and how it was measured', () => {
    expect(textOf(readWrite)).toContain('Measured on 2030-01-02 by `pnpm bench`: Node 99.0.0, a processor, 4 cores');
  });

  it('keeps the text around the markers, and replaces the text between them', () => {
    const text = textOf(readWrite);
    expect(text).toMatch(/^# A library\n\n<!-- sizes:begin -->\n/);
    expect(text).toContain('\n<!-- sizes:end -->\n\nbetween\n\n<!-- speed:begin -->\n');
    expect(text).toMatch(/\n<!-- speed:end -->\n\nafter\n$/);
    expect(text).not.toContain('old');
  });

  it('stays the same when it is filled again', () => {
    const once = textOf(contended);
    expect(filled(once, resultsOf(contended))).toBe(once);
  });

  it('throws without markers', () => {
    expect(() => filled('# A library', resultsOf())).toThrow('there is no <!-- speed:begin -->');
  });
});
