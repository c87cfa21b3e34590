import { describe, expect, it } from 'vitest';
import { check } from '../../scripts/lint/arrows.mjs';
import { tree } from './tree.ts';

const core = 'packages/core/src';
const imports = (...specifiers: string[]) => specifiers.map((from) => `import '${from}';\n`).join('');
const drawing = (...lines: string[]) => ['# Architecture', '```text arrows', ...lines, '```'].join('\n');

/** A repository that keeps all rules. */
const clean = {
  'packages/core/package.json': '{}',
  [`${core}/index.ts`]: "export * from './contract/guard.ts';\nexport * from './map/map.ts';\n",
  [`${core}/line.ts`]: "export * from './line/line.ts';\nexport * from './asking/acquire.ts';\n",
  [`${core}/contract/guard.ts`]: imports('./errors.ts'),
  [`${core}/contract/errors.ts`]: "import { inspect } from 'node:util';\n// import '../line/line.ts'\n",
  [`${core}/runtime/ring.ts`]: "import type { Guard } from '../contract/guard.ts';\n",
  [`${core}/line/line.ts`]: imports('../runtime/ring.ts', '../contract/errors.ts'),
  [`${core}/asking/acquire.ts`]: imports('../line/line.ts', '../contract/errors.ts'),
  [`${core}/map/map.ts`]: imports('../line/line.ts'),
  [`${core}/several/acquire-all.ts`]: imports('../asking/acquire.ts'),
  'packages/mutex/package.json': '{}',
  'packages/mutex/src/mutex.ts': imports('@valvekit/core', '@valvekit/core/line', './policy.ts'),
  'packages/keyed/package.json': '{}',
  'packages/keyed/src/index.ts': imports('@valvekit/core/line'),
  'packages/inspect/package.json': '{}',
  'packages/inspect/src/index.ts': imports('@valvekit/core', '@valvekit/core/line'),
  'packages/lease/package.json': '{}',
  'packages/lease/src/index.ts': imports('@valvekit/core'),
  'packages/redis/package.json': '{}',
  'packages/redis/src/index.ts': imports('@valvekit/core', '@valvekit/lease', 'ioredis'),
  'packages/valvekit/package.json': '{}',
  'packages/valvekit/src/index.ts': "export * from '@valvekit/core';\nexport * from '@valvekit/mutex';\n",
  'packages/unfinished/package.json': '{ "private": true }',
  'packages/unfinished/src/index.ts': imports('@valvekit/core/line'),
  'ARCHITECTURE.md': drawing(
    'several  → asking',
    'asking   → line, contract',
    'map      → line',
    'line     → contract, runtime',
    'runtime  → contract',
    'contract → nothing',
    '',
    'valvekit → core, mutex',
    'redis    → core, lease',
    'lease    → core',
    'mutex, inspect → core, core/line',
    'keyed    → core/line',
    'core     → nothing',
  ),
};

/** What the check says of the clean repository with some files more, or others. */
const errors = (changes: Record<string, string> = {}) => check(tree({ ...clean, ...changes }));

it('accepts a repository that keeps all rules', () => {
  expect(errors()).toEqual([]);
});

describe('an import inside core', () => {
  it.each([
    ['contract', '../runtime/ring.ts', 'nothing of ours'],
    ['contract', '../line/line.ts', 'nothing of ours'],
    ['runtime', '../line/line.ts', 'only contract'],
    ['line', '../asking/acquire.ts', 'only runtime, contract'],
    ['asking', '../several/acquire-all.ts', 'only line, runtime, contract'],
    ['asking', '../map/map.ts', 'only line, runtime, contract'],
    ['map', '../asking/acquire.ts', 'only line, runtime, contract'],
    ['several', '../map/map.ts', 'only asking, line, runtime, contract'],
    ['line', '../index.ts', 'only runtime, contract'],
    ['asking', '../line.ts', 'only line, runtime, contract'],
  ])('from %s of %s is an error', (folder, specifier, allowed) => {
    const file = `${core}/${folder}/wrong.ts`;
    expect(errors({ [file]: `\n${imports(specifier)}` })).toContain(
      `${file}:2: '${specifier}': core/${folder} may import ${allowed}`,
    );
  });

  it.each([
    "import type { Line } from '../line/line.ts';",
    "export type { Line } from '../line/line.ts';",
    "export * from '../line/line.ts';",
    "let line: import('../line/line.ts').Line;",
    "const line = await import('../line/line.ts');",
  ])('is an error in the form %s', (code) => {
    expect(errors({ [`${core}/runtime/wrong.ts`]: code })).toContain(
      `${core}/runtime/wrong.ts:1: '../line/line.ts': core/runtime may import only contract`,
    );
  });
});

describe('a file of core', () => {
  it.each(['waiter.ts', 'utils/strings.ts'])('at %s is an error', (name) => {
    expect(errors({ [`${core}/${name}`]: '' })).toEqual([
      `${core}/${name}: core has only index.ts, line.ts and the folders contract, runtime, line, asking, map, several`,
    ]);
  });

  it('may be anywhere, and in a cycle, while there is none of the folders', () => {
    const flat = {
      [`${core}/index.ts`]: imports('./waiter.ts'),
      [`${core}/waiter.ts`]: imports('./limits.ts'),
      [`${core}/limits.ts`]: imports('./waiter.ts'),
    };
    expect(check(tree(flat))).toEqual([]);
  });
});

describe('an import of another package', () => {
  it.each([
    ['core', '@valvekit/mutex', 'nothing of ours'],
    ['mutex', '@valvekit/semaphore', 'only core, core/line'],
    ['keyed', '@valvekit/mutex', 'only core, core/line'],
    ['lite', '@valvekit/core/line', 'only core'],
    ['inspect', '@valvekit/mutex', 'only core, core/line'],
    ['tabs', '@valvekit/mutex', 'only core, core/line'],
    ['lease', '@valvekit/core/line', 'only core'],
    ['redis', '@valvekit/core/line', 'only core, lease'],
    ['postgres', '@valvekit/redis', 'only core, lease'],
    ['postgres', 'valvekit', 'only core, lease'],
    ['new-primitive', '@valvekit/mutex', 'only core, core/line'],
  ])('from %s of %s is an error', (home, specifier, allowed) => {
    const file = `packages/${home}/src/wrong.ts`;
    expect(errors({ [file]: imports(specifier) })).toContain(
      `${file}:1: '${specifier}': ${home} may import ${allowed}`,
    );
  });

  it('from the umbrella is an error if it has no part in it', () => {
    const file = 'packages/valvekit/src/wrong.ts';
    const [error] = errors({ [file]: imports('@valvekit/tabs') });
    expect(error).toMatch(`${file}:1: '@valvekit/tabs': valvekit may import only core, `);
  });

  it('by a relative path is an error', () => {
    const file = 'packages/mutex/src/wrong.ts';
    expect(errors({ [file]: imports('../../core/src/index.ts') })).toEqual([
      `${file}:1: '../../core/src/index.ts': a relative path stays in src; import another package by its name`,
    ]);
  });

  it.each(['@valvekit-internal/laws', '../../../internal/laws/src/index.ts'])('%s is an error', (specifier) => {
    const file = 'packages/mutex/src/wrong.ts';
    expect(errors({ [file]: imports(specifier) })).toEqual([
      `${file}:1: '${specifier}': nothing that ships imports internal`,
    ]);
  });
});

describe('a cycle of imports', () => {
  it('is an error, with its files in order', () => {
    const cycle = {
      [`${core}/line/waiter.ts`]: imports('./limits.ts'),
      [`${core}/line/limits.ts`]: imports('./abort-hub.ts'),
      [`${core}/line/abort-hub.ts`]: "import type { Waiter } from './waiter.ts';\n",
    };
    const [hub, limits, waiter] = ['abort-hub', 'limits', 'waiter'].map((name) => `${core}/line/${name}.ts`);
    expect(errors(cycle)).toEqual([
      `${hub} → ${waiter} → ${limits} → ${hub}: these files import each other in a cycle`,
    ]);
  });

  it('is an error in any package', () => {
    const cycle = {
      'packages/mutex/src/a.ts': imports('./b.ts'),
      'packages/mutex/src/b.ts': imports('./a.ts'),
    };
    expect(errors(cycle)).toEqual([
      'packages/mutex/src/a.ts → packages/mutex/src/b.ts → packages/mutex/src/a.ts: these files import each other in a cycle',
    ]);
  });
});

describe('the drawing', () => {
  const redrawn = (from: string, to: string) =>
    errors({ 'ARCHITECTURE.md': clean['ARCHITECTURE.md'].replace(from, to) });

  it.each([
    ['lacks an import of a folder', 'asking   → line, contract', 'asking → line', 'asking → contract, line'],
    ['has an import too many', 'contract → nothing', 'contract → runtime', 'contract → nothing'],
    ['lacks an import of a package', 'redis    → core, lease', 'redis → core', 'redis → core, lease'],
    ['names the wrong entry', 'keyed    → core/line', 'keyed → core', 'keyed → core/line'],
  ])('is wrong if it %s', (_, from, drawn, actual) => {
    expect(redrawn(from, drawn)).toEqual([
      expect.stringMatching(new RegExp(`^ARCHITECTURE.md:\\d+: draws "${drawn}", but it is "${actual}"$`)),
    ]);
  });

  it.each([
    ['lacks a folder', 'runtime  → contract\n', '', 'ARCHITECTURE.md: lacks "runtime → contract"'],
    ['lacks a package', 'lease    → core\n', '', 'ARCHITECTURE.md: lacks "lease → core"'],
    ['draws one twice', 'lease    → core', 'lease, redis → core', 'ARCHITECTURE.md:12: draws redis again'],
    [
      'draws what is not there',
      'lease    → core',
      'lease, tabs → core',
      'ARCHITECTURE.md:12: tabs is no folder of core and no published package',
    ],
    [
      'has a line without an arrow',
      'lease    →',
      'lease:',
      'ARCHITECTURE.md:12: "lease: core" is not "name → name, name"',
    ],
  ])('is wrong if it %s', (_, from, to, error) => {
    expect(redrawn(from, to)).toContain(error);
  });

  it('must be there when core has folders', () => {
    expect(redrawn('```text arrows', '```text')).toEqual([
      'ARCHITECTURE.md: has no block that begins with ```text arrows',
    ]);
  });

  it('is compared with the packages even while core has no folders, and may be ahead of them', () => {
    const flat = {
      'packages/mutex/package.json': '{}',
      'packages/mutex/src/index.ts': imports('@valvekit/core'),
      'ARCHITECTURE.md': drawing('line → contract', 'mutex → nothing'),
    };
    expect(check(tree(flat))).toEqual(['ARCHITECTURE.md:4: draws "mutex → nothing", but it is "mutex → core"']);
  });
});
