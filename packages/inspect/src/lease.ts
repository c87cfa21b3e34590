import type { Lease } from '@valvekit/core';
import { isObject } from './settings.ts';

/** Hears when a lease is lost. Of what is no lease it hears nothing. */
export function whenLost(lease: unknown, lost: () => void): void {
  if (!isObject(lease)) return;
  const { signal } = lease as Partial<Lease>;
  if (signal?.aborted) lost();
  signal?.addEventListener?.('abort', lost, { once: true });
}
