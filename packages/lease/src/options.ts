import { requireNumber, requireOptions, requireThat } from './arguments.ts';

// However long a lease is, nobody waits for longer than that because a command was lost.
const LONGEST_RETRY = 1000;

/** Options of a family of locks. */
export interface LocksOptions {
  /** What the keys begin with; 1 to 64 of `A–Z a–z 0–9 . _ -`. Default `'valvekit'`. */
  prefix?: string | undefined;
  /** Milliseconds that a lock stays held after its holder goes silent; 1,000 to 86,400,000. Default 15,000. */
  lease?: number | undefined;
  /**
   * How often a hold is handed over within this process before other processes get their turn, an integer of at least 0;
   * more than 1,000 count as 1,000. Default 16; 0 is strict order over all processes.
   */
  passes?: number | undefined;
  /** Milliseconds after which a hold is no longer renewed. Default `Infinity`. */
  maxHold?: number | undefined;
  /** What `state()` calls the holds of this process. */
  label?: string | undefined;
}

/** Checked options. */
export interface FamilyTerms {
  readonly prefix: string;
  readonly lease: number;
  /** Milliseconds after which a command that failed is sent again. */
  readonly retry: number;
  readonly passes: number;
  readonly maxHold: number;
  readonly label: string;
}

/**
 * Checks the options of a family of locks.
 *
 * @throws {TypeError | RangeError} a bad option, naming it
 */
export function readLocksOptions(options: LocksOptions | undefined): FamilyTerms {
  requireOptions(options);
  const { prefix = 'valvekit', lease = 15_000, passes = 16, label = '' } = options ?? {};
  const { maxHold = Number.POSITIVE_INFINITY } = options ?? {};
  requireThat(typeof prefix === 'string', 'prefix', 'a string', prefix);
  requireThat(/^[\w.-]{1,64}$/.test(prefix), 'prefix', 'of 1 to 64 of A-Z a-z 0-9 . _ -', prefix, RangeError);
  requireNumber(
    typeof lease === 'number' && lease >= 1000 && lease <= 86_400_000,
    'lease',
    'from 1000 to 86400000 milliseconds',
    lease,
  );
  requireNumber(Number.isSafeInteger(passes) && passes >= 0, 'passes', 'an integer of at least 0', passes);
  requireNumber(typeof maxHold === 'number' && maxHold > 0, 'maxHold', 'a positive number of milliseconds', maxHold);
  requireThat(typeof label === 'string', 'label', 'a string', label);
  requireThat(!label.includes('\0'), 'label', 'without NUL', label, RangeError);
  // A token is reserved for each, and tokens must not run ahead of the clock.
  return {
    prefix,
    lease: Math.floor(lease),
    retry: Math.min(lease / 15, LONGEST_RETRY),
    passes: Math.min(passes, 1000),
    maxHold,
    label,
  };
}

/** How to close a family of locks. */
export interface CloseOptions {
  /** Milliseconds to wait for holders; then their holds end with their leases. Default `Infinity`. */
  timeout?: number | undefined;
}

/**
 * Checks the options of `close`.
 *
 * @throws {TypeError} a bad option, naming it
 */
export function readCloseOptions(options: CloseOptions | undefined): number {
  requireOptions(options);
  const { timeout = Number.POSITIVE_INFINITY } = options ?? {};
  requireThat(typeof timeout === 'number' && !Number.isNaN(timeout), 'timeout', 'a number of milliseconds', timeout);
  return Math.max(0, timeout);
}
