import { describe, expect, it } from 'vitest';
import { AbortError } from '../../src/contract/errors.ts';
import { isSignal, reasonOf } from '../../src/contract/signal.ts';

const members = { aborted: false, addEventListener() {}, removeEventListener() {} };

describe('isSignal()', () => {
  it('accepts signals of this realm', () => {
    for (const signal of [new AbortController().signal, AbortSignal.abort(), AbortSignal.any([])]) {
      expect(isSignal(signal)).toBe(true);
    }
  });

  it('accepts whatever has the members, such as a polyfill or a signal of another realm', () => {
    expect(isSignal(members)).toBe(true);
    expect(isSignal({ ...members, aborted: true })).toBe(true);
    expect(isSignal(Object.assign(() => {}, members))).toBe(true);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a text', 'signal'],
    ['an object without members', {}],
    ['a controller', new AbortController()],
    ['an EventTarget', new EventTarget()],
    ['something whose `aborted` is no boolean', { ...members, aborted: 'no' }],
    ['something without addEventListener()', { ...members, addEventListener: undefined }],
    ['something without removeEventListener()', { ...members, removeEventListener: 1 }],
  ])('refuses %s', (_, value) => {
    expect(isSignal(value)).toBe(false);
  });
});

describe('reasonOf()', () => {
  it.each([new Error('mine'), 'text', null, 0, '', false])('is the reason %o of a signal', (reason) => {
    expect(reasonOf(AbortSignal.abort(reason))).toBe(reason);
  });

  it('is the DOMException of a signal that was aborted without a reason', () => {
    const signal = AbortSignal.abort();
    expect(reasonOf(signal)).toBe(signal.reason);
    expect(reasonOf(signal)).toHaveProperty('name', 'AbortError');
  });

  it.each([
    ['has no `reason`', { ...members, aborted: true }],
    ['has an undefined `reason`', { ...members, aborted: true, reason: undefined }],
  ])('is a new AbortError if a polyfilled signal %s', (_, signal) => {
    expect(reasonOf(signal)).toEqual(new AbortError('The signal has aborted'));
    expect(reasonOf(signal)).toBeInstanceOf(AbortError);
    expect(reasonOf(signal)).not.toBe(reasonOf(signal));
  });
});
