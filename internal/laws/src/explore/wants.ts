import type { LockModel, Want } from '../models/several.ts';
import type { Program, Request } from './program.ts';

// How programs write locks and what they want of them.

/** The locks of a program: `mutex a`, `semaphore s 2`, `rwlock r readers`. */
export function locksOf({ locks = [] }: Program): Map<string, LockModel> {
  return new Map(
    locks.map((text) => {
      const [kind = '', name = '', more = ''] = text.split(' ');
      const lock: LockModel = {
        kind: kind as LockModel['kind'],
        policy: more === 'readers' ? 'readers' : 'fair',
        capacity: kind === 'semaphore' ? Number(more) : 1,
        holds: [],
        line: [],
      };
      return [name, lock];
    }),
  );
}

const items: Map<string, Want> = new Map();

/** One item of a request's list: `a`, `s*2` (two permits), `s@3*2` (two of three), `r.read`. */
export function itemOf(text: string): Want {
  let item = items.get(text);
  if (item === undefined) {
    item = read(text);
    items.set(text, item);
  }
  return item;
}

function read(text: string): Want {
  const [, lock = '', side = '', capacity, permits = '1'] =
    /^(\w+)(?:\.(\w+))?(?:@(\d+))?(?:\*(\d+))?$/.exec(text) ?? [];
  return { lock, side, permits: Number(permits), ...(capacity !== undefined && { capacity: Number(capacity) }) };
}

/** What a request wants of each lock: permits of one add up. */
export function wantsOf({ wants = [] }: Request, locks: Map<string, LockModel>): Want[] {
  const all = new Map<string, Want>();
  for (const item of wants.map(itemOf)) {
    const before = all.get(item.lock);
    const isWeighted = locks.get(item.lock)?.kind === 'semaphore';
    const permits = isWeighted && before ? before.permits + item.permits : item.permits;
    all.set(item.lock, { ...item, permits });
  }
  return [...all.values()];
}

/** Whether the request asks by the functions for several locks. */
export function isJoint({ wants = [], isSingle }: Request): boolean {
  return wants.length !== 1 || isSingle !== true;
}
