import type { Defect } from './defect.ts';
import { otherCoreDefects } from './defects/around-the-line.ts';
import { holdDefects } from './defects/holds.ts';
import { keyedDefects } from './defects/keyed.ts';
import { laneDefects } from './defects/lanes.ts';
import { lineDefects } from './defects/line.ts';
import { mapDefects } from './defects/map.ts';
import { primitiveDefects } from './defects/primitives.ts';
import { rwlockDefects } from './defects/rwlock.ts';
import { severalDefects } from './defects/several.ts';

export const defects: Defect[] = [
  ...lineDefects,
  ...laneDefects,
  ...holdDefects,
  ...otherCoreDefects,
  ...primitiveDefects,
  ...rwlockDefects,
  ...mapDefects,
  ...severalDefects,
  ...keyedDefects,
];
