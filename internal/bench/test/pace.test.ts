import { describe, expect, it } from 'vitest';
import { isUndisturbed, pace, undisturbed } from '../src/pace.ts';

const measurements = [
  { value: 100, pace: 1 },
  { value: 170, pace: 1.5 },
  { value: 101, pace: 1.15 },
];

describe('a measurement', () => {
  it('is disturbed if the yardstick takes longer than usual', () => {
    expect(measurements.map((measurement) => isUndisturbed(measurement, 1))).toEqual([true, false, true]);
  });

  it('counts if it is undisturbed', () => {
    expect(undisturbed(measurements, 1)).toEqual([100, 101]);
  });

  it('counts even if disturbed, if all are disturbed', () => {
    expect(undisturbed(measurements, 0.5)).toEqual([100, 170, 101]);
  });
});

it('the yardstick takes some time', () => {
  expect(pace()).toBeGreaterThan(0);
});
