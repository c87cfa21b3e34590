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

const contended = lineOf('W3 contended', [ours(100), peer('fast', 50), peer('slow', 900)], { size: 10_000 });
const readWrite = lineOf('W6 90/10', [ours(100), peer('slow', 300)]);

describe('a README', () => {
  it('shows which peers are faster and which are slower', () => {
    const text = textOf(contended, readWrite);
    expect(text).toContain('| 10,000 tasks queue for a mutex | 100 ns | fast 0.500 × | slow 9.00 × |');
    expect(text).toContain('| a read/write lock, one in ten writes | 100 ns | slow 3.00 × |  |');
    expect(text).toContain(
      'The full table has 2 rows with peers. In 1 of them, no peer is faster. In the other 1, at least one is:',
    );
    expect(text).toContain('- what W3 contended does (10,000): fast 0.500 ×');
  });

  it('says so if no peer is faster', () => {
    expect(textOf(readWrite)).toContain('In none of them is a peer faster.');
  });

  it('ignores noise', () => {
    const line = lineOf('W6 90/10', [ours(100), peer('about as fast', 96)]);
    expect(textOf(line)).toContain('In none of them is a peer faster.');
  });

  it('does not count disqualified peers', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    expect(textOf(lineOf('W6 90/10', [ours(100), peer('slow', 300), wrong]))).not.toContain('wrong one');
  });

  it('shows sizes in kilobytes', () => {
    const sizes = [ours(1890), peer('tiny', 121), peer('big', 3590)];
    const text = textOf(lineOf('S Mutex', sizes, { unit: 'bytes', isRepetition: true }));
    expect(text).toContain('| `what S Mutex does` | 1.9 kB | tiny 0.12 kB | big 3.6 kB |');
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
