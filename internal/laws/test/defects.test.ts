import { afterAll, expect, test } from 'vitest';
import { defects } from '../src/explore/defects.ts';
import { kill } from '../src/explore/kill.ts';

const table: string[] = ['Defect, after how many runs it shows, in which program:'];

// Only sources can be given defects; on what is published there is nothing to prove.
const isBuilt = (projectName: string | undefined) => projectName === 'esm' || projectName === 'cjs';

// Milliseconds, for a machine that is busy with other tests.
const patience = 60_000;

test.for(defects)('the exploration finds that $name', { timeout: patience }, async (defect, { task, skip }) => {
  skip(isBuilt(task.file.projectName), 'needs the sources');
  const { name, primitive, shownBy, exploration = 'callbacks' } = defect;
  const { isFound, runs } = await kill(defect);
  const count = isFound ? String(runs) : 'NEVER';
  table.push(`${name.padEnd(60)}${count.padStart(6)}  ${exploration}, ${primitive}: ${shownBy}`);
  expect(isFound).toBe(true);
});

const oneOfEach = defects.filter(
  ({ primitive }, index) => index === defects.findIndex((each) => each.primitive === primitive),
);

test.for(oneOfEach)('it finds nothing in a copy without a defect, of $primitive', async (defect, { task, skip }) => {
  skip(isBuilt(task.file.projectName), 'needs the sources');
  const { isFound } = await kill({ ...defect, plant: () => {}, edits: [] });
  expect(isFound).toBe(false);
});

afterAll(() => {
  if (table.length > 1) console.log(table.join('\n'));
});
