import type { Defect } from './defect.ts';
import { otherCoreDefects } from './defects/around-the-line.ts';
import { lineDefects } from './defects/line.ts';
import { primitiveDefects } from './defects/primitives.ts';

export const defects: Defect[] = [...lineDefects, ...otherCoreDefects, ...primitiveDefects];
