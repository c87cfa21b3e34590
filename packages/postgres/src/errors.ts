import { refusal } from '@valvekit/lease';

/** The SQLSTATE of an error of the server; undefined for a failure of the network, or a server that goes down or comes up. */
export function stateOf(error: unknown): string | undefined {
  const { code }: { code?: unknown } = Object(error);
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  // Some codes of a system error are as long.
  return /^(?:08|57P|E[A-Z])/.test(code) ? undefined : code;
}

/** Whether two transactions got in each other's way, so that the same statement succeeds if it is sent again. */
export function isConflict(error: unknown): boolean {
  const state = stateOf(error);
  return state === '40001' || state === '40P01';
}

/** The hold that a transaction shows is not there. */
export const REFUSED = 'VKL01';

// Too many connections, for now; and a timeout that the role has, for statements, locks or transactions: the server was slow.
const PASSING: readonly string[] = ['53300', '57014', '55P03', '25P04'];

/** The error of a statement as a store rejects with it: what may succeed if it is sent again stays as it is. */
export function storeError(error: unknown, operation: string, advice = ''): unknown {
  const state = stateOf(error);
  const isPassing = state === undefined || PASSING.includes(state) || isConflict(error);
  return isPassing ? error : refusal(error, operation, advice);
}
