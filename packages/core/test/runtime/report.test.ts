import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Task = (run: () => void) => void;

const error = new Error('mine');

beforeEach(() => void vi.resetModules());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const fake = () => vi.fn<Task>();

async function load(): Promise<(error: unknown) => void> {
  return (await import('../../src/runtime/report.ts')).report;
}

describe('where there is reportError()', () => {
  it('calls that with the error, and throws nothing', async () => {
    const [reportError, nextTick] = [vi.fn(), vi.spyOn(process, 'nextTick')];
    const report = await load();
    nextTick.mockClear();
    vi.stubGlobal('reportError', reportError);
    report(error);
    report(undefined);
    expect([reportError.mock.calls, nextTick.mock.calls]).toEqual([[[error], [undefined]], []]);
  });

  it('throws what reportError() throws, from a task', async () => {
    const nextTick = fake();
    vi.stubGlobal('process', { nextTick });
    const report = await load();
    const failure = new Error('no report');
    vi.stubGlobal('reportError', () => {
      throw failure;
    });
    expect(() => report(error)).not.toThrow();
    expect(nextTick).toHaveBeenCalledOnce();
    expect(nextTick.mock.calls[0]?.[0]).toThrow(failure);
  });
});

describe('where there is no reportError()', () => {
  beforeEach(() => void vi.stubGlobal('reportError', undefined));

  it('throws the error from process.nextTick(), where there is that', async () => {
    const nextTick = fake();
    vi.stubGlobal('process', { nextTick });
    const report = await load();
    expect(() => report(error)).not.toThrow();
    expect(nextTick).toHaveBeenCalledOnce();
    expect(nextTick.mock.calls[0]?.[0]).toThrow(error);
  });

  it.each([
    ['there is no process', () => vi.stubGlobal('process', undefined)],
    ['the process has no nextTick()', () => vi.stubGlobal('process', {})],
    [
      'reading the process throws',
      () =>
        vi.spyOn(globalThis, 'process', 'get').mockImplementation(() => {
          throw new Error('scuttled');
        }),
    ],
  ])('throws the error from a timer where %s', async (_, stub) => {
    const setTimeout = fake();
    stub();
    vi.stubGlobal('setTimeout', setTimeout);
    const report = await load();
    expect(() => report(error)).not.toThrow();
    expect(setTimeout).toHaveBeenCalledOnce();
    expect(setTimeout.mock.calls[0]?.[0]).toThrow(error);
  });

  it('uses no fake that was put in place after us', async () => {
    const nextTick = fake();
    vi.stubGlobal('process', { nextTick });
    const report = await load();
    const fakes = [fake(), fake(), fake(), fake()] as const;
    vi.stubGlobal('process', { nextTick: fakes[0] });
    for (const [i, name] of ['setTimeout', 'setImmediate', 'queueMicrotask'].entries()) {
      vi.stubGlobal(name, fakes[i + 1]);
    }
    report(error);
    expect(nextTick).toHaveBeenCalledOnce();
    expect(fakes.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });
});

it('makes an uncaught error of the process, whatever is faked', () => {
  const program = `
    const fakes = () => {};
    process.on('uncaughtException', ({ message }, origin) => console.log(origin, message));
    Object.assign(globalThis, { setTimeout: fakes, setImmediate: fakes, queueMicrotask: fakes });
    const { report } = await import(${JSON.stringify(import.meta.resolve('../../src/runtime/report.ts'))});
    process.nextTick = fakes;
    report(new Error('mine'));
    console.log('reported');
  `;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(printed).toBe('reported\nuncaughtException mine\n');
});
