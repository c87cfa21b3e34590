import pMap from 'p-map';
import { LIMIT, type Subject } from '../subject.ts';

export const subject: Subject = {
  map: () => (items, fn) => pMap(items, fn, { concurrency: LIMIT }) as Promise<never[]>,
};
