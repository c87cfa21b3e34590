import { describe, expect, it } from 'vitest';
import { fromAddress, toAddress } from '../../playground/engine/address.ts';
import { kinds } from './kinds.ts';

describe('address', () => {
  it('returns every example unchanged', () => {
    for (const { scenario } of kinds.flatMap(({ examples }) => examples)) {
      const address = toAddress(scenario);
      expect(address).toMatch(/^[\w-]+$/);
      expect(fromAddress(address)).toEqual(scenario);
    }
  });

  it('can contain any text that a visitor enters', () => {
    const scenario = { ticket: "it's “ready” ✓", time: 0, steps: [{ at: 0, ask: 'A', condition: '/é+/u' }] };
    expect(fromAddress(toAddress(scenario))).toEqual(scenario);
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['no steps', { time: 0 }],
    ['no time', { steps: [] }],
    ['an unknown field', { time: 0, steps: [], more: 1 }],
    ['a field of the prototype', { time: 0, steps: [{ at: 0, toString: 'A' }] }],
    ['a name that is not a letter', { time: 0, steps: [{ at: 0, ask: "A'); alert(1); ('" }] }],
    [
      'two actors with the same name',
      {
        time: 0,
        steps: [
          { at: 0, ask: 'A' },
          { at: 1, ask: 'A' },
        ],
      },
    ],
    ['two verbs in a step', { time: 0, steps: [{ at: 0, ask: 'A', abort: 'B' }] }],
    ['no verb in a step', { time: 0, steps: [{ at: 0, hold: 1 }] }],
    [
      'steps out of order',
      {
        time: 0,
        steps: [
          { at: 5, ask: 'A' },
          { at: 1, ask: 'B' },
        ],
      },
    ],
    ['a negative time', { time: -1, steps: [] }],
    ['a time that is too long', { time: 1e9, steps: [] }],
    ['half a permit', { time: 0, steps: [{ at: 0, ask: 'A', permits: 0.5 }] }],
    ['an unknown policy', { policy: 'writers', time: 0, steps: [] }],
    ['keys that are code', { time: 0, steps: [{ at: 0, ask: 'A', keys: "a'); alert(1); ('" }] }],
    ['too many keys', { time: 0, steps: [{ at: 0, ask: 'A', keys: 'a b c d e' }] }],
    ['an invalid RegExp', { time: 0, steps: [{ at: 0, ask: 'A', condition: '/(/' }] }],
  ])('rejects %s', (_, scenario) => {
    expect(fromAddress(toAddress(scenario as never))).toBeUndefined();
  });

  it('rejects text that is not encoded correctly', () => {
    expect(fromAddress('%%%')).toBeUndefined();
    expect(fromAddress('')).toBeUndefined();
    expect(fromAddress('_w')).toBeUndefined();
  });
});
