import type { Program } from '../program.ts';

// Both keep a lastIndex, and it is not zero.
const global = Object.assign(/b/g, { lastIndex: 1 });
const sticky = Object.assign(/b/y, { lastIndex: 1 });

export const barrierPrograms: Program[] = [
  {
    name: 'values, lists, RegExps and functions',
    primitive: 'barrier',
    requests: {
      A: { condition: 'a' },
      B: { condition: ['a', 'b'] },
      C: { condition: /^a/g },
      D: { condition: (ticket) => ticket === 'b' },
    },
    extras: ['set a', 'set b'],
  },
  {
    name: 'RegExps with a lastIndex, tested again and again',
    primitive: 'barrier',
    requests: {
      A: { condition: global, onGrant: ['ask B'] },
      B: { condition: sticky, isInner: true },
      C: { condition: global },
      D: { condition: sticky },
    },
    extras: ['set b', 'set a'],
  },
  {
    name: 'a callback that sets the next ticket',
    primitive: 'barrier',
    requests: { A: { condition: 'a', onGrant: ['set b'] }, B: { condition: ['a', 'b'] }, C: { condition: 'b' } },
    extras: ['set a', 'set c'],
  },
  {
    name: 'a callback that waits, aborts and cancels',
    primitive: 'barrier',
    requests: {
      A: { condition: 'a', onGrant: ['ask D', 'abort 0'] },
      B: { condition: 'a', signal: 0, onRefusal: ['cancel'] },
      C: { condition: 'b', signal: 0, patience: 'timed' },
      D: { condition: 'a', isInner: true },
    },
    extras: ['set a', 'set b'],
  },
  {
    name: 'conditions and callbacks that throw',
    primitive: 'barrier',
    requests: {
      A: { condition: 'a', onGrant: ['throw'] },
      B: {
        condition: (ticket) => {
          if (ticket === 'a') throw new Error('a condition threw');
          return ticket === 'b';
        },
      },
      C: { condition: ['a', 'b'], onGrant: ['throw'] },
    },
    extras: ['set a', 'set b'],
  },
  {
    name: 'a listener before ours sets the ticket',
    primitive: 'barrier',
    listeners: [{ signal: 0, does: ['set a'] }],
    requests: { A: { condition: 'a', signal: 0 }, B: { condition: 'a' }, C: { condition: /a/, signal: 0 } },
    extras: ['set b'],
  },
  {
    name: 'a listener before ours stops the event',
    primitive: 'barrier',
    listeners: [{ signal: 0, stops: true }],
    requests: {
      A: { condition: 'a', signal: 0 },
      B: { condition: 'a', patience: 'impatient' },
      C: { condition: /a/, signal: 0 },
    },
    extras: ['set a', 'cancel'],
  },
  {
    name: 'timers',
    primitive: 'barrier',
    requests: {
      A: { condition: 'a', patience: 'timed', onRefusal: ['set a'] },
      B: { condition: ['a'], patience: 'timed' },
    },
    extras: ['set a', 'set b', 'cancel'],
  },
];
