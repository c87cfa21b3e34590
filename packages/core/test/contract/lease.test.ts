import { describe, expect, it } from 'vitest';
import { LeaseLostError, type LossReason } from '../../src/contract/lease.ts';

describe('LeaseLostError', () => {
  it.each<[LossReason, string]>([
    ['silent', 'it was not renewed in time'],
    ['taken', 'the server gave it to another holder or forgot it'],
    ['late', 'its time ran out while the event loop was blocked'],
    ['expired', 'it was held for longer than maxHold'],
    ['closed', 'its family of locks was closed'],
    ['stolen', 'another script took it'],
  ])('says which lease was lost, and explains %s', (why, explanation) => {
    const error = new LeaseLostError('jobs "a"', why, 7);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'LeaseLostError', lock: 'jobs "a"', why, token: 7 });
    expect(error.message).toBe(`The lease of "jobs \\"a\\"" was lost: ${explanation}`);
  });

  it('has no token in a scope without tokens, and may have a cause', () => {
    const cause = new Error('the connection is gone');
    const error = new LeaseLostError('jobs', 'silent', undefined, { cause });
    expect([error.token, error.cause]).toEqual([undefined, cause]);
    expect(new LeaseLostError('jobs', 'silent')).not.toHaveProperty('cause');
    expect(error.stack).toMatch(/lease\.test\.ts/);
  });
});
