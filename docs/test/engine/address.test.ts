import { describe, expect, it } from 'vitest';
import { fromAddress, toAddress } from '../../playground/engine/address.ts';
import { kinds } from './kinds.ts';

describe('address', () => {
  it('gives every example back as it was', () => {
    for (const { scenario } of kinds.flatMap(({ examples }) => examples)) {
      const address = toAddress(scenario);
      expect(address).toMatch(/^[\w-]+$/);
      expect(fromAddress(address)).toEqual(scenario);
    }
  });

  it('can say anything that a visitor can write', () => {
    const scenario = { ticket: "it's “ready” ✓", time: 0, steps: [{ at: 0, ask: 'A', condition: '/é+/u' }] };
    expect(fromAddress(toAddress(scenario))).toEqual(scenario);
  });

  it.each<[string, unknown]>([
    ['no object', 7],
    ['no steps', { time: 0 }],
    ['no time', { steps: [] }],
    ['a field that is not known', { time: 0, steps: [], more: 1 }],
    ['a field of the prototype', { time: 0, steps: [{ at: 0, toString: 'A' }] }],
    ['a name that is no letter', { time: 0, steps: [{ at: 0, ask: "A'); alert(1); ('" }] }],
    [
      'two of one name',
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
    ['a time without end', { time: 1e9, steps: [] }],
    ['half a permit', { time: 0, steps: [{ at: 0, ask: 'A', permits: 0.5 }] }],
    ['a policy that is not known', { policy: 'writers', time: 0, steps: [] }],
    ['a RegExp that does not compile', { time: 0, steps: [{ at: 0, ask: 'A', condition: '/(/' }] }],
  ])('refuses %s', (_, scenario) => {
    expect(fromAddress(toAddress(scenario as never))).toBeUndefined();
  });

  it('refuses what is not even text', () => {
    expect(fromAddress('%%%')).toBeUndefined();
    expect(fromAddress('')).toBeUndefined();
    expect(fromAddress('_w')).toBeUndefined();
  });
});
