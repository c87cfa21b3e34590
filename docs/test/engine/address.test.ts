import { describe, expect, it } from 'vitest';
import { fromAddress, toAddress } from '../../playground/engine/address.ts';
import { kinds } from '../../playground/stories/all.ts';

describe('address', () => {
  it('returns every example unchanged', () => {
    for (const story of kinds.flatMap(({ stories }) => stories)) {
      const scenario = { ...story.scenario, story: story.id };
      const address = toAddress(scenario);
      expect(address).toMatch(/^[\w-]+$/);
      expect(fromAddress(address)).toEqual(scenario);
    }
  });

  it('can contain any text that a visitor enters', () => {
    const scenario = { story: 'start-up', ticket: "it's “ready” ✓", steps: [{ at: 0, ask: 'A', condition: '/é+/u' }] };
    expect(fromAddress(toAddress(scenario))).toEqual(scenario);
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['no steps', { story: 'x' }],
    ['no story', { steps: [] }],
    ['an unknown field', { story: 'x', steps: [], more: 1 }],
    ['a field of the prototype', { story: 'x', steps: [{ at: 0, toString: 'A' }] }],
    ['a name that is code', { story: 'x', steps: [{ at: 0, ask: "A'); alert(1); ('" }] }],
    [
      'two actors with the same name',
      {
        story: 'x',
        steps: [
          { at: 0, ask: 'A' },
          { at: 1, ask: 'A' },
        ],
      },
    ],
    ['two verbs in a step', { story: 'x', steps: [{ at: 0, ask: 'A', abort: 'B' }] }],
    ['no verb in a step', { story: 'x', steps: [{ at: 0, hold: 1 }] }],
    [
      'steps out of order',
      {
        story: 'x',
        steps: [
          { at: 5, ask: 'A' },
          { at: 1, ask: 'B' },
        ],
      },
    ],
    ['a negative time', { story: 'x', steps: [{ at: -1, ask: 'A' }] }],
    ['a time that is too long', { story: 'x', steps: [{ at: 1e9, ask: 'A' }] }],
    ['half a permit', { story: 'x', steps: [{ at: 0, ask: 'A', permits: 0.5 }] }],
    ['an unknown policy', { policy: 'writers', story: 'x', steps: [] }],
    ['keys that are code', { story: 'x', steps: [{ at: 0, ask: 'A', keys: "a'); alert(1); ('" }] }],
    ['too many keys', { story: 'x', steps: [{ at: 0, ask: 'A', keys: 'a b c d e' }] }],
    ['an invalid RegExp', { story: 'x', steps: [{ at: 0, ask: 'A', condition: '/(/' }] }],
  ])('rejects %s', (_, scenario) => {
    expect(fromAddress(toAddress(scenario as never))).toBeUndefined();
  });

  it('rejects text that is not encoded correctly', () => {
    expect(fromAddress('%%%')).toBeUndefined();
    expect(fromAddress('')).toBeUndefined();
    expect(fromAddress('_w')).toBeUndefined();
  });
});
