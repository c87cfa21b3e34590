import { Link } from '@valvekit/core/line';
import type { Task } from './task.ts';
import { type WatchedLock, weightOf } from './watched-lock.ts';

// The stages of a request.
export const ASKED = 0; // it may have been granted, but nobody has been told
export const WAITING = 1;
export const HOLDING = 2;
export const OVER = 3;

/** What a request asks for, and who asks. */
export interface Asked {
  readonly verb: string;
  /** The side of a read/write lock, as in `read.`; else empty. */
  readonly side: string;
  /** Whether a bare verb releases it. */
  readonly isBare: boolean;
  readonly task: Task | undefined;
  /** Whether the task was made for this request, and ends with it. */
  readonly isSandbox: boolean;
  readonly stack: string | undefined;
}

/**
 * One request for a lock, from the call to the end of the hold.
 *
 * It keeps neither the lock nor a guard nor a user's function, because it may outlive them.
 */
export class Request extends Link {
  readonly lock: WatchedLock;
  readonly asked: Asked;
  permits = 1;
  priority = 0;
  /** Whether it waits if it is not granted immediately. */
  mayWait = true;
  /** How much of the lock it takes. */
  weight: number;
  /** The requests that are granted together with this one, itself included. */
  parts: readonly Request[] = [this];
  stage: number = ASKED;
  /** When the wait or the hold began, by `performance.now()`. */
  start: number = performance.now();
  since: Date | undefined = undefined;
  timer: ReturnType<typeof setTimeout> | undefined = undefined;
  /** Whether a deadlock that it is part of has been reported. */
  isReported = false;

  constructor(lock: WatchedLock, asked: Asked) {
    super();
    this.lock = lock;
    this.asked = asked;
    this.weight = weightOf(asked.side, 1);
    lock.use();
  }

  get task(): Task | undefined {
    return this.asked.task;
  }

  /** Hears of an option. Whether it is right is for the lock to tell. */
  read(option: unknown, value: unknown): void {
    if (option === 'permits' && Number.isSafeInteger(value)) {
      this.permits = value as number;
      this.weight = weightOf(this.asked.side, this.permits);
    } else if (option === 'priority' && typeof value === 'number') this.priority = value;
    else if (option === 'timeout' && typeof value === 'number' && value <= 0) this.mayWait = false;
    else if (option === 'signal' && (value as Partial<AbortSignal> | null | undefined)?.aborted) this.mayWait = false;
  }

  /** The one that stands for all that are granted together. */
  get first(): Request {
    return this.parts[0] as Request;
  }
}
