import type { Acquirable, Guard, Lease, Locks, PermitOptions } from '@valvekit/core';
import type { ContractSubject, ContractUnderTest, Feature } from '../contract/subject.ts';

/** Where two tabs share their locks. */
export interface TwoTabs extends Pick<ContractUnderTest, 'settle' | 'advance' | 'timeout' | 'timers' | 'close'> {
  /** The locks of each tab. */
  readonly one: Locks;
  readonly two: Locks;
  /** Another script. */
  readonly thief: LockManager;
  /** The locks that the tabs have got from the browser, in the order in which they got them. */
  readonly granted: readonly string[];
}

type Side = (locks: Locks, name: string) => Acquirable<Guard | Lease, PermitOptions>;

const features: readonly Feature[] = ['priorities', 'leases', 'loss', 'other'];
const read: Side = (locks, name) => locks.readWriteLock(name).read;
const write: Side = (locks, name) => locks.readWriteLock(name).write;

let names = 0;

/** Every kind of lock of two tabs, for the laws of the contract. */
export function tabSubjects(open: () => TwoTabs): Record<string, ContractSubject> {
  const make = (kind: string, side: Side, rival?: Side) => (): ContractUnderTest => {
    const { one, two, thief, granted, ...rest } = open();
    const name = `law ${names++}`;
    return {
      ...rest,
      lock: side(one, name),
      other: side(two, name),
      ...(rival && { rival: rival(two, name) }),
      async lose(lease) {
        if (lease.released) return;
        // The permit that was granted first, of those that are held.
        const { held = [] } = await thief.query();
        const permit = new RegExp(`^(\\d+:)?${kind}:valvekit:${name}$`);
        const stolen = granted.find((full) => permit.test(full) && held.some((lock) => lock.name === full));
        if (stolen !== undefined) await thief.request(stolen, { steal: true }, () => {});
        await rest.settle();
      },
    };
  };
  return {
    mutex: { features, make: make('Mutex', (locks, name) => locks.mutex(name)) },
    'semaphore of three permits': {
      capacity: 3,
      features: [...features, 'permits'],
      make: make('Semaphore', (locks, name) => locks.semaphore(name, 3)),
    },
    'write side': { features, make: make('ReadWriteLock', write) },
    'read side': {
      capacity: Number.POSITIVE_INFINITY,
      features: [...features, 'rival'],
      make: make('ReadWriteLock', read, write),
    },
  };
}

/**
 * A manager of locks that writes down what it grants.
 *
 * @param onStep - called whenever something happens, with how many more requests are under way, and how many more holds there are
 */
export function recorded(
  manager: LockManager,
  granted: string[],
  onStep: (requests: number, holds: number) => void = () => {},
): LockManager {
  return {
    query: () => manager.query(),
    request(name: string, options: LockOptions, callback: LockGrantedCallback<unknown>) {
      let holds = 0;
      onStep(1, 0);
      const ended = manager.request(name, options, (lock) => {
        if (lock !== null) {
          holds = 1;
          granted.push(name);
        }
        onStep(0, holds);
        return callback(lock);
      });
      const onEnd = (): void => onStep(-1, -holds);
      ended.then(onEnd, onEnd);
      return ended;
    },
  } as LockManager;
}
