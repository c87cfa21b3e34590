import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { workloads } from './workloads.ts';

/** The names of all workloads. S needs no processes and has no rows of its own. */
const allNames = [...Object.keys(workloads), 'S'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    against: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'string' },
    render: { type: 'string' },
  },
});

const unknown = positionals.filter((name) => !allNames.includes(name));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}, only ${allNames.join(', ')}`);

const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a number of rounds: ${values.rounds}`);

/** The options of this run. */
export const options = { ...values, rounds, names: positionals.length > 0 ? positionals : allNames };

/** The command that repeats this run. */
export function command(): string {
  const parts = ['pnpm bench', ...positionals];
  if (values.quick) parts.push('--quick');
  if (values.rounds !== undefined) parts.push(`--rounds ${values.rounds}`);
  if (values.node !== process.execPath) parts.push(`--node ${relative('', values.node)}`);
  if (values.against !== undefined) parts.push(`--against ${values.against}`);
  return parts.join(' ');
}
