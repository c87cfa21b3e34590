import { afterAll, expect, test } from 'vitest';
import { defects } from '../src/explore/defects.ts';
import { kill } from '../src/explore/kill.ts';

const table: string[] = ['Defect, after how many runs it shows, in which program:'];

// Only sources can be given defects; on what is published there is nothing to prove.
const isBuilt = (projectName: string | undefined) => projectName === 'esm' || projectName === 'cjs';

test.for(defects)('the exploration finds that $name', async (defect, { task, skip }) => {
  skip(isBuilt(task.file.projectName), 'needs the sources');
  const { isFound, runs } = await kill(defect);
  const { name, primitive, shownBy, exploration = 'callbacks' } = defect;
  table.push(
    `${name.padEnd(62)}${String(isFound ? runs : 'NEVER').padStart(6)}  ${exploration}, ${primitive}: ${shownBy}`,
  );
  expect(isFound).toBe(true);
});

afterAll(() => {
  if (table.length > 1) console.log(table.join('\n'));
});
