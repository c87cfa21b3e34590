import type { Lease } from '@valvekit/core';
import { captureAsyncContext, type Form } from '@valvekit/core/line';
import { TabLease } from './tab-lease.ts';
import type { Ask, TabLine } from './tab-line.ts';

export type TabForm<Result> = Form<Ask, void, Result>;

/** A caller gets a lease. */
export const ACQUIRE: TabForm<Lease> = {
  result: (line, request) => new TabLease(line as TabLine, request),
};

/** A caller's function runs under the lease. */
export const SANDBOX: TabForm<unknown> = {
  result: (line, request, _verb, _value, fn) =>
    run(new TabLease(line as TabLine, request), fn as (lease: Lease) => unknown),
  capture: captureAsyncContext,
};

async function run(lease: Lease, fn: (lease: Lease) => unknown): Promise<unknown> {
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
