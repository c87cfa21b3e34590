// One measurement in its own process: node child.js '{"row":"W1 lock","subject":"valvekit",…}'
import type { Job } from './job.ts';
import { outcomeOf } from './outcome.ts';
import { subjects } from './subjects.ts';
import { workloads } from './workloads.ts';

const { row: id, subject: name, size, budget, pace } = JSON.parse(process.argv[2] as string) as Job;

const row = Object.values(workloads)
  .flat()
  .find((row) => row.id === id);
const entry = subjects[name];
const make = row && (await entry?.load())?.subject[row.thing];
if (row === undefined || entry === undefined || make === undefined) throw new Error(`${name} takes no part in ${id}`);

// A floor does not have to be a lock.
const isChecked = entry.kind !== 'floor';
const outcome = await outcomeOf(row, make, size, budget, isChecked, pace);
process.stdout.write(JSON.stringify(outcome), () => process.exit());
