import { refusal } from '@valvekit/lease';

// What a server says while it cannot answer but soon may. Trying again is right. valkey-glide has words of its own.
const PASSING = new Set(
  [
    'LOADING BUSY MASTERDOWN CLUSTERDOWN TRYAGAIN MOVED ASK UNKILLABLE',
    'BusyLoadingError MasterDown ClusterDown TryAgain Moved Ask',
  ].flatMap((words) => words.split(' ')),
);

/** The code that an error of the server begins with; undefined for a failure of the network. */
export function codeOf(error: unknown): string | undefined {
  const { message = '', code }: { message?: unknown; code?: unknown } = Object(error);
  // valkey-glide has words of its own for most codes, and says whose they are.
  const [, word] = /^An error was signalled by the server: - (\w+)/.exec(String(message)) ?? [];
  if (word !== undefined) return word;
  const [, own] = /^(?:[A-Za-z]+Error: )?([A-Z]{2,})\b/.exec(String(message)) ?? [];
  // A message may consist of the code of a system error.
  return own === code ? undefined : own;
}

/** The error of a command as a store rejects with it. */
export function storeError(error: unknown, operation: string): unknown {
  const code = codeOf(error);
  return code === undefined || PASSING.has(code) ? error : refusal(error, operation);
}
