import { afterAll, expect, test } from 'vitest';
import { defects } from '../src/explore/defects.ts';
import { kill } from '../src/explore/kill.ts';

const table: string[] = ['Defect, after how many interleavings it shows, in which program:'];

// Only sources can be given defects; on what is published there is nothing to prove.
const isBuilt = (projectName: string | undefined) => projectName === 'esm' || projectName === 'cjs';

test.for(defects)('the exploration finds that $name', async (defect, { task, skip }) => {
  skip(isBuilt(task.file.projectName), 'needs the sources');
  const { difference, interleavings } = await kill(defect);
  const where = `${defect.primitive}: ${defect.shownBy}`;
  table.push(`${defect.name.padEnd(54)}${String(difference ? interleavings : 'NEVER').padStart(6)}  ${where}`);
  expect(difference).toBeDefined();
});

afterAll(() => {
  if (table.length > 1) console.log(table.join('\n'));
});
