import { bare, StoreError } from '@valvekit/lease';

// What a server says while it cannot answer but soon may. Trying again is right.
const PASSING = new Set(['LOADING', 'BUSY', 'MASTERDOWN', 'CLUSTERDOWN', 'TRYAGAIN', 'MOVED', 'ASK', 'UNKILLABLE']);

/** The code that an error of the server begins with; undefined for a failure of the network. */
export function codeOf(error: unknown): string | undefined {
  const { message = '', code }: { message?: unknown; code?: unknown } = Object(error);
  // Some clients put words of their own in front.
  const [, word] =
    /^(?:[A-Za-z]+Error: )?(?:An error was signalled by the server: - )?([A-Z]{2,})\b/.exec(String(message)) ?? [];
  // A message may consist of the code of a system error.
  return word === code ? undefined : word;
}

/** The error of a command as a store rejects with it. */
export function storeError(error: unknown, operation: string): unknown {
  const code = codeOf(error);
  if (code === undefined || PASSING.has(code)) return error;
  const cause = bare(error);
  return new StoreError(`The server refused to ${operation}: ${cause.message}`, { cause });
}
