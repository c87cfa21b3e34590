import { describe, expect, it } from 'vitest';
import { LeaseLostError } from '../../src/contract/lease.ts';

describe('LeaseLostError', () => {
  it('says which lease was lost, and why', () => {
    const error = new LeaseLostError('jobs "a"', 'silent', 'it was not renewed', 7);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'LeaseLostError', lock: 'jobs "a"', why: 'silent', token: 7 });
    expect(error.message).toBe('The lease of "jobs \\"a\\"" was lost: it was not renewed');
  });

  it('has no token in a scope without tokens, and may have a cause', () => {
    const cause = new Error('the connection is gone');
    const error = new LeaseLostError('jobs', 'silent', 'it is gone', undefined, { cause });
    expect([error.token, error.cause]).toEqual([undefined, cause]);
    expect(new LeaseLostError('jobs', 'silent', 'it is gone')).not.toHaveProperty('cause');
    expect(error.stack).toMatch(/lease\.test\.ts/);
  });
});
