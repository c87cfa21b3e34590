import { describe, expect, it } from 'vitest';
import { bestPeerIn, oursIn, placesOf } from '../src/standing.ts';
import { floor, lineOf, ours, peer } from './lines.ts';

const names = (line: Parameters<typeof placesOf>[0]): string[] => placesOf(line).map(({ subject }) => subject);

describe('placesOf', () => {
  it('puts the floor first, then the fastest, and who is disqualified last', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    const line = lineOf('W', [wrong, peer('slow', 9), ours(3), floor(5), peer('fast', 2)]);
    expect(names(line)).toEqual(['a floor', 'fast', 'valvekit', 'slow', 'wrong one']);
  });

  it('gives the ratios to the floor and to ours', () => {
    const [, place] = placesOf(lineOf('W', [floor(10, 20), ours(20, 40), peer('slow', 60, 120)]));
    expect(place).toMatchObject({ subject: 'valvekit', value: 30, toFloor: 2, toOurs: 1 });
    expect(placesOf(lineOf('W', [floor(10), ours(20), peer('slow', 60)]))[2]).toMatchObject({ toFloor: 6, toOurs: 3 });
  });

  it('gives who is disqualified neither a value nor a ratio', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    expect(placesOf(lineOf('W', [ours(2), wrong]))[1]).toEqual(wrong);
  });

  it('says what somebody who was stopped takes at the least', () => {
    const stopped = { ...peer('endless'), stopped: 1 };
    const place = placesOf(lineOf('W', [ours(1000), stopped], { size: 100 }))[1];
    // A millisecond for a hundred.
    expect(place).toMatchObject({ atLeast: 10_000, toOurs: 10 });
  });

  it('compares nothing with a floor that is wrong', () => {
    const place = placesOf(lineOf('W', [{ ...floor(1), wrong: 'it threw' }, ours(2)]))[1];
    expect(place?.toFloor).toBeUndefined();
  });
});

describe('bestPeerIn', () => {
  it('passes over who is disqualified', () => {
    const wrong = { ...peer('wrong one', 1), wrong: 'two were inside' };
    expect(bestPeerIn(lineOf('W', [ours(2), wrong, peer('right one', 5)]))?.subject).toBe('right one');
  });
});

describe('oursIn', () => {
  it('is nothing if ours is disqualified', () => {
    expect(oursIn(lineOf('W', [{ ...ours(2), wrong: 'two were inside' }]))).toBeUndefined();
  });
});
