import type { Lease } from '@valvekit/core';
import { captureAsyncContext, type Form } from '@valvekit/core/line';
import type { Ask } from './ask.ts';
import { type Lender, TabLease } from './tab-lease.ts';

/** What runs under a lease. */
export type Fn = (lease: Lease) => unknown;

/** A caller gets a lease, or what a function returns under one. */
export const TELLING: Form<Ask, void> = {
  result(line, request, _verb, _value, fn) {
    const lease = new TabLease(line as unknown as Lender, request);
    return fn === undefined ? lease : run(lease, fn as Fn);
  },
  capture: captureAsyncContext,
};

async function run(lease: Lease, fn: Fn): Promise<unknown> {
  let result: unknown;
  try {
    result = await fn(lease);
  } catch (error) {
    // An error of fn's own wins.
    await lease.release().catch(() => {});
    throw error;
  }
  await lease.release();
  return result;
}
