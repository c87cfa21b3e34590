import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { check } from '../../scripts/lint/english.mjs';
import { tree } from './tree.ts';

/** What the check says of a repository with these files. */
function errors(files: Record<string, string>, exempt: { line: string; reason: string }[] = []): string[] {
  const root = tree(files);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return check(root, exempt);
}

describe('a phrase', () => {
  it.each([
    ['Who gives a lock back hands it to the next.', 'Who gives', 'name the subject'],
    [' * Order: arrival. Who has aborted is left out.', 'Who has', 'name the subject'],
    ['8. **Who waits is served.**', 'Who waits', 'name the subject'],
    ["it('who waits keeps the process', fn);", 'who waits', 'name the subject'],
    ['cancel() ends the waits; who holds the lock keeps it', 'who holds', 'name the subject'],
    ['the error goes to who called', 'to who', 'whoever'],
    ['Nobody passes who waits.', 'Nobody passes who', 'name the object'],
    ['if it is to be had at once', 'to be had', 'if it is free'],
    ['runs no code of users', 'code of users', 'user code'],
    ["a function of a user's", "function of a user's", 'user code'],
    ['which is of a user’s making', 'of a user’s', 'user code'],
    ['an aborted head holds back nobody', 'holds back nobody', 'blocks nobody'],
    ['even if it has yet to hear', 'yet to hear', 'has not been notified yet'],
    ['others have yet to be told', 'yet to be told', 'has not been notified yet'],
    ['Gives up everybody.', 'Gives up everybody', 'ends every wait'],
    ['Time-outs, aborts and more', 'Time-outs', 'timeout'],
    ['waits for ever', 'for ever', 'forever'],
    ['at most so many at a time', 'so many', 'N'],
    ['how fast it is beside other libraries', 'beside other libraries', 'compared with'],
    ['nobody slips in between', 'slips in', 'barges in'],
    ['a reader that is let in', 'is let in', 'is admitted'],
    ['the next one goes in.', 'goes in', 'acquires'],
    ['for faults of security', 'faults of security', 'security problems'],
  ])('in "%s" is an error', (text, phrase, instead) => {
    const [error, ...more] = errors({ 'README.md': `# Title\n\n${text}\n` });
    expect(error).toMatch(`README.md:3: "${phrase}" (`);
    expect(error).toContain(`better: ${instead}`);
    expect(more).toEqual([]);
  });

  it.each([
    'Who holds the lock?',
    '# Who goes first',
    'It tells who waits and who holds the lock.',
    'Who waits for whom',
    'Releasing a lock hands it to the next waiter.',
    'the writer who came first, before everybody else who waits',
    'A timeout, `setTimeout` and `timeOut`.',
    'forever, for everybody, for every lock',
    'There are so many that the table is long.',
    'the program beside this file',
    'An aborted head holds nobody back, even before its listener has run.',
    'has yet to run',
    'It lets readers in when the writer before them gives up.',
    'They go in the order in which they came.',
    'Everybody gives up.',
  ])('is not in "%s"', (text) => {
    expect(errors({ 'README.md': text })).toEqual([]);
  });

  it('is found where it wraps, on the line on which it begins, and once', () => {
    const code =
      'const a = 1;\n  /**\n   * It waits for\n   * ever. Who\n   * waits may give up.\n   */\n  // for\n  // ever\n';
    expect(errors({ 'src/a.ts': code }).map((error) => error.split(' (')[0])).toEqual([
      'src/a.ts:3: "for ever"',
      'src/a.ts:4: "Who waits"',
      'src/a.ts:7: "for ever"',
    ]);
  });
});

describe('a file', () => {
  it.each(['a.ts', 'packages/core/src/a.ts', 'a.mjs', 'a.vue', 'docs/decisions/0001-a.md'])('%s is read', (file) => {
    expect(errors({ [file]: 'for ever' })).toHaveLength(1);
  });

  it.each(['packages/core/CHANGELOG.md', 'pnpm-lock.yaml', 'dist/a.ts'])('%s is left out', (file) => {
    expect(errors({ [file]: 'for ever', '.gitignore': 'dist/' })).toEqual([]);
  });
});

describe('an exempt line', () => {
  const exempt = [{ line: '- [Mutex for ever](a.html)', reason: 'the title of an article' }];

  it('may have a phrase, wherever it is', () => {
    expect(errors({ 'a.md': '  - [Mutex for ever](a.html)\n' }, exempt)).toEqual([]);
    expect(errors({ 'a.md': '- [Mutex for ever](a.html)\n- for ever\n' }, exempt)).toHaveLength(1);
  });

  it('is an error if it is nowhere', () => {
    expect(errors({ 'a.md': '- [Mutex](a.html)\n' }, exempt)).toEqual([
      'allowed, but nowhere: - [Mutex for ever](a.html)',
    ]);
  });
});
