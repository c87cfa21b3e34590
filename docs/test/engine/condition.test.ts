import { runInThisContext } from 'node:vm';
import { Barrier } from 'valvekit';
import { describe, expect, it } from 'vitest';
import { conditionCode, conditionOf } from '../../playground/engine/condition.ts';

describe('condition', () => {
  it.each([
    ['ready', "'ready'", ['ready'], ['failed', '']],
    ['ready, failed', "['ready', 'failed']", ['ready', 'failed'], ['ready, failed']],
    ['/^con/i', '/^con/i', ['connecting', 'CON'], ['reconnect']],
    ['!starting', "(ticket) => ticket !== 'starting'", ['ready', ''], ['starting']],
    ["it's", "'it\\'s'", ["it's"], ['its']],
    ['a\\b', "'a\\\\b'", ['a\\b'], ['ab']],
    ['"', "'\"'", ['"'], ['']],
  ])('%s matches the same tickets, here and in the program', async (text, code, met, unmet) => {
    expect(conditionCode(text)).toBe(code);
    for (const condition of [conditionOf(text), runInThisContext(`(${code})`)]) {
      for (const ticket of met) expect(await new Barrier(ticket).wait(condition, { timeout: 0 })).toBe(ticket);
      for (const ticket of unmet) {
        await expect(new Barrier(ticket).wait(condition, { timeout: 0 })).rejects.toThrow('timed out');
      }
    }
  });

  it('requires at least one ticket', () => {
    expect(() => conditionOf('')).toThrow(RangeError);
    expect(() => conditionOf(' , ')).toThrow(RangeError);
  });
});
