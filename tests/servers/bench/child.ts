// One process of a burst: each contender acquires once, holds the lock for 1 ms, and releases it.
import { contestants } from './contestants.ts';

const [, , port = '', contestant = '', count = '', name = ''] = process.argv;
const make = contestants[contestant];
if (make === undefined) throw new Error(`Nobody is called ${contestant}`);
const { run, close } = make(Number(port));
await run(`${name}:${process.pid}`, () => {});
process.send?.('ready');
process.once('message', () => void go());

async function go(): Promise<void> {
  const hold = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1));
  await Promise.all(Array.from({ length: Number(count) }, () => run(name, hold)));
  process.send?.('done');
  await close();
  process.disconnect();
}
