import { expect, test } from 'vitest';
import { DefectiveCopy } from '../src/explore/defective-copy.ts';
import { defects } from '../src/explore/defects.ts';
import { explain } from '../src/explore/explain.ts';
import type { Program } from '../src/explore/program.ts';
import { search } from '../src/explore/search.ts';

test('a failing program is cut down to what fails and printed as a test', ({ task, skip }) => {
  skip(['esm', 'cjs'].includes(task.file.projectName ?? ''), 'needs the sources');
  const defect = defects.find(({ name }) => name === 'a release admits only one waiter');
  using copy = new DefectiveCopy(defect ?? {});
  const library = copy.load();
  const program: Program = {
    name: 'one release that admits two',
    primitive: 'semaphore',
    capacity: 2,
    requests: { A: { permits: 2, patience: 'timed' }, B: { signal: 0, onGrant: ['ask C'] }, C: {}, D: { priority: 1 } },
  };
  const { difference } = search(program, library);
  const text = difference && explain(program, difference, library);
  expect(text?.slice(0, text.indexOf('expect(log)'))).toMatchInlineSnapshot(`
    "test('agrees with the model', () => {
      const log: string[] = [];
      const it = createSemaphore(2);
      const note = (event: string) => log.push(\`\${event}: available=\${it.available} capacity=\${it.capacity} waiting=\${it.waiting}\`);
      const nameOf = (error: any) => (error.name === "Error" ? error.message : error.name);
      const refusal = (error: any) => ({ TimeoutError: "timeout", AbortError: "cancel" })[error.name as string] ?? nameOf(error);
      const attempt = (action: string, run: () => unknown) => {
        try { run(); } catch (error) { note(action + " throws " + nameOf(error)); }
      };
      const askA = () => it.take((error?: unknown) => { note(\`A \${error ? refusal(error) : 'granted'}\`); }, { permits: 2 });
      const askB = () => it.take((error?: unknown) => { note(\`B \${error ? refusal(error) : 'granted'}\`); });
      const askC = () => it.take((error?: unknown) => { note(\`C \${error ? refusal(error) : 'granted'}\`); });
      attempt('ask A', () => { askA(); }); note('ask A');
      attempt('ask B', () => { askB(); }); note('ask B');
      attempt('ask C', () => { askC(); }); note('ask C');
      attempt('release A', () => { it.release(2); }); note('release A');
      attempt('cancel', () => { it.cancel(); }); note('cancel');
      "
  `);
});

test('an edit that does not fit the sources exactly once is refused', () => {
  using copy = new DefectiveCopy({ edits: [['core', 'no such text', '']] });
  expect(() => copy.load()).toThrow('the sources of core contain this 0 times, not once: no such text');
});
