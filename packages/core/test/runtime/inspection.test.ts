import { inspect } from 'node:util';
import { expect, it, vi } from 'vitest';
import { inspection, view } from '../../src/runtime/inspection.ts';

it('is where the runtime looks for a view', () => {
  expect(inspection).toBe(inspect.custom);
});

it('shows the label and the state, with the options of the runtime', () => {
  const show = vi.fn(() => '{ shown }');
  const [state, options] = [{ waiting: 1 }, { depth: 2 }];
  expect(view('Thing', state, options, show)).toBe('Thing { shown }');
  expect(show.mock.calls).toEqual([[state, options]]);
});
