import { ReadWriteLock } from 'valvekit';
import type { Actor } from './actor.ts';
import type { Clock } from './clock.ts';
import type { Kind } from './kind.ts';
import { argumentsOf, programOf, workOf } from './program.ts';
import { type Ask, asksOf } from './scenario.ts';

const visit = `async function visit(mode, name, work, options) {
  try {
    await lock[mode].sandbox(async () => {
      console.log(name, mode === 'read' ? 'reads' : 'writes');
      await work();
      console.log(name, 'leaves');
    }, options);
  } catch (error) {
    console.log(name, 'fails:', error.message);
  }
}`;

const readThenWrite = `async function readThenWrite(name, read, write, options) {
  let guard;
  try {
    guard = await lock.upgradable.acquire(options);
    console.log(name, 'reads');
    await read();
    if (write) {
      await guard.upgrade(options);
      console.log(name, 'writes');
      await write();
    }
    console.log(name, 'leaves');
  } catch (error) {
    console.log(name, 'fails:', error.message);
  } finally {
    guard?.release();
  }
}`;

export const readWriteLock: Kind = {
  name: 'ReadWriteLock',
  fields: ['mode', 'hold', 'writes', 'priority', 'timeout'],
  modes: ['read', 'write', 'upgradable'],
  knobs: ['policy'],

  open({ policy = 'fair' }, clock) {
    const lock = new ReadWriteLock({ policy });
    return {
      get state() {
        const { isLocked, readers, waiting, waitingReaders, waitingWriters } = lock;
        return { isLocked, readers, waiting, waitingReaders, waitingWriters };
      },
      visit(actor) {
        const { mode } = actor.ask;
        if (mode === 'upgradable') return upgrade(lock, actor, clock);
        if (mode === 'write') return lock.write.sandbox(() => actor.work('writes'), actor.options);
        return lock.read.sandbox(() => actor.work('reads'), actor.options);
      },
      change: () => lock.cancel(),
    };
  },

  program(scenario) {
    const asks = asksOf(scenario);
    const visits = [];
    if (asks.some(({ mode }) => mode !== 'upgradable')) visits.push(visit);
    if (asks.some(({ mode }) => mode === 'upgradable')) visits.push(readThenWrite);
    const policy = scenario.policy === 'readers' ? "{ policy: 'readers' }" : '';
    return programOf(scenario, {
      opening: `import { ReadWriteLock } from '@valvekit/rwlock';\n\nconst lock = new ReadWriteLock(${policy});`,
      visits,
      visit: visitCode,
      change: () => 'lock.cancel()',
    });
  },

  examples: [
    {
      title: 'Readers share, a writer is alone',
      text: 'A, B and C read together. D wants to write: it waits until they leave, and E, which comes later, waits behind it.',
      scenario: {
        policy: 'fair',
        time: 2700,
        steps: [
          { at: 200, ask: 'A', mode: 'read', hold: 1500 },
          { at: 500, ask: 'B', mode: 'read', hold: 1700 },
          { at: 800, ask: 'C', mode: 'read', hold: 900 },
          { at: 1200, ask: 'D', mode: 'write', hold: 1300 },
          { at: 1500, ask: 'E', mode: 'read', hold: 1200 },
          { at: 2000, ask: 'F', mode: 'read', hold: 1500 },
        ],
      },
    },
    {
      title: 'Readers first',
      text: "The policy 'readers' admits a reader whenever nobody writes. Change it to 'fair' and see who waits then.",
      scenario: {
        policy: 'readers',
        time: 2700,
        steps: [
          { at: 200, ask: 'A', mode: 'read', hold: 1500 },
          { at: 700, ask: 'B', mode: 'write', hold: 1200 },
          { at: 1200, ask: 'C', mode: 'read', hold: 1300 },
          { at: 2100, ask: 'D', mode: 'read', hold: 1100 },
        ],
      },
    },
    {
      title: 'Read first, then perhaps write',
      text: 'B reads together with A, and can upgrade. When it wants to write, it goes ahead of the writer C, and nobody writes in between.',
      scenario: {
        policy: 'fair',
        time: 2500,
        steps: [
          { at: 200, ask: 'A', mode: 'read', hold: 2000 },
          { at: 500, ask: 'B', mode: 'upgradable', hold: 1100, writes: 1200 },
          { at: 900, ask: 'C', mode: 'write', hold: 1000 },
          { at: 1300, ask: 'D', mode: 'read', hold: 1200 },
        ],
      },
    },
  ],
};

function visitCode(ask: Ask, options: string): string {
  const name = `'${ask.ask}'`;
  if (ask.mode !== 'upgradable') {
    return `visit(${argumentsOf(`'${ask.mode ?? 'read'}'`, name, workOf(ask), options)})`;
  }
  const { writes, hold, throws, ...rest } = ask;
  if (writes === undefined) {
    return `readThenWrite(${argumentsOf(name, workOf(ask), options && 'undefined', options)})`;
  }
  const read = workOf({ ...rest, hold: hold ?? 0 });
  const write = workOf({ ...rest, hold: writes, ...(throws && { throws }) });
  return `readThenWrite(${argumentsOf(name, read, write, options)})`;
}

async function upgrade(lock: ReadWriteLock, actor: Actor, clock: Clock): Promise<void> {
  const guard = await lock.upgradable.acquire(actor.options);
  try {
    await actor.work('reads');
    if (actor.ask.writes === undefined) return;
    const upgraded = clock.lend(() => guard.upgrade(actor.options));
    if (!lock.isWriteLocked) actor.enter('waits');
    await upgraded;
    await actor.work('writes');
  } finally {
    guard.release();
  }
}
