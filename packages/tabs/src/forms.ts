import type { Lease } from '@valvekit/core';
import { captureAsyncContext, type PromiseForm, requireFunction } from '@valvekit/core/line';
import { TabLease } from './tab-lease.ts';
import type { Ask, TabLine } from './tab-line.ts';

export type TabForm = PromiseForm<unknown, Ask, void, never>;

// The browser takes its time: nothing is granted before the call returns.
const now = undefined as never;

/** A caller is told by the promise of a lease; one whose refusal is no error, by undefined. */
export const ACQUIRE: TabForm = {
  now,
  tell({ failure, line, request, resolve, reject }) {
    if (failure === undefined) resolve(new TabLease(line as TabLine, request));
    else if (failure.reason === undefined) resolve(undefined);
    else reject(failure.reason);
  },
  capture: undefined,
};

/** A caller's function runs under the lease. */
export const SANDBOX: TabForm = {
  check: (fn) => requireFunction('fn', fn),
  now,
  tell({ failure, line, request, fn, resolve, reject }) {
    if (failure === undefined) resolve(run(new TabLease(line as TabLine, request), fn as (lease: Lease) => unknown));
    else reject(failure.reason);
  },
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
