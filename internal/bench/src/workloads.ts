import type { Row } from './workload.ts';
import { m } from './workloads/m-memory.ts';
import { w1 } from './workloads/w01-free-lock.ts';
import { w2 } from './workloads/w02-free-sandbox.ts';
import { w3 } from './workloads/w03-contended-lock.ts';
import { w4 } from './workloads/w04-semaphore.ts';
import { w5 } from './workloads/w05-giving-up.ts';
import { w6 } from './workloads/w06-read-write.ts';
import { w7 } from './workloads/w07-barrier.ts';
import { w8 } from './workloads/w08-counter.ts';
import { w9 } from './workloads/w09-callbacks.ts';
import { w10 } from './workloads/w10-priorities.ts';
import { w11 } from './workloads/w11-keys.ts';
import { w12 } from './workloads/w12-several.ts';

/** All rows, by workload name. */
export const workloads: Readonly<Record<string, readonly Row[]>> = {
  W1: w1,
  W2: w2,
  W3: w3,
  W4: w4,
  W5: w5,
  W6: w6,
  W7: w7,
  W8: w8,
  W9: w9,
  W10: w10,
  W11: w11,
  W12: w12,
  M: m,
};
