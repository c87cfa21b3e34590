import { describe, expect, it } from 'vitest';
import { bestPeerIn, oursIn, placesOf } from '../src/standing.ts';
import { floor, lineOf, ours, peer } from './lines.ts';

const names = (line: Parameters<typeof placesOf>[0]): string[] => placesOf(line).map(({ subject }) => subject);

describe('placesOf', () => {
  it('puts the floor first, then the fastest, and disqualified peers last', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    const line = lineOf('W', [wrong, peer('slow', 9), ours(3), floor(5), peer('fast', 2)]);
    expect(names(line)).toEqual(['a floor', 'fast', 'valvekit', 'slow', 'wrong one']);
  });

  it('returns the ratios to the floor and to valvekit', () => {
    const [, place] = placesOf(lineOf('W', [floor(10, 20), ours(20, 40), peer('slow', 60, 120)]));
    expect(place).toMatchObject({ subject: 'valvekit', value: 30, toFloor: 2, toOurs: 1 });
    expect(placesOf(lineOf('W', [floor(10), ours(20), peer('slow', 60)]))[2]).toMatchObject({ toFloor: 6, toOurs: 3 });
  });

  it('returns neither a value nor a ratio for a disqualified peer', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    expect(placesOf(lineOf('W', [ours(2), wrong]))[1]).toEqual(wrong);
  });

  it('returns the minimum of a stopped peer', () => {
    const stopped = { ...peer('endless'), stopped: 1 };
    const place = placesOf(lineOf('W', [ours(1000), stopped], { size: 100 }))[1];
    // One millisecond for a hundred.
    expect(place).toMatchObject({ atLeast: 10_000, toOurs: 10 });
  });

  it('compares nothing with a wrong floor', () => {
    const place = placesOf(lineOf('W', [{ ...floor(1), wrong: 'it threw' }, ours(2)]))[1];
    expect(place?.toFloor).toBeUndefined();
  });
});

describe('bestPeerIn', () => {
  it('ignores disqualified peers', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    expect(bestPeerIn(lineOf('W', [ours(2), wrong, peer('right one', 5)]))?.subject).toBe('right one');
  });
});

describe('oursIn', () => {
  it('is undefined if valvekit is disqualified', () => {
    expect(oursIn(lineOf('W', [{ ...ours(2), wrong: 'two were inside' }]))).toBeUndefined();
  });
});
