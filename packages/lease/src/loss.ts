import { LeaseLostError, type LossReason } from '@valvekit/core';

// Nobody steals from a server.
const EXPLANATIONS: Record<Exclude<LossReason, 'stolen'>, string> = {
  silent: 'it was not renewed in time',
  taken: 'the server gave it to another holder or forgot it',
  late: 'its time ran out while the event loop was blocked or the clock jumped',
  expired: 'it was held for longer than maxHold',
  closed: 'its family of locks was closed',
};

/** How a hold on a server can be lost. */
export type Loss = keyof typeof EXPLANATIONS;

/** The error of a hold that was lost. */
export function lossOf(lock: string, why: Loss, token: number | undefined): LeaseLostError {
  return new LeaseLostError(lock, why, EXPLANATIONS[why], token);
}
