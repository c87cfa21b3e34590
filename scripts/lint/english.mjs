// Fails when sources, tests or documentation use a phrase of the table below. They are translated word for word from
// another language: readers stop at them, and search for other words.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is before the first word of a sentence, a list item, a table cell or a string. */
const start = String.raw`(?:^[\s/*>#-]*(?:\d+\. +)?|[.;:!|] +|["'\x60(])\**`;
const does =
  '(?:gives?|gave|has|had|holds?|held|waits?|waited|can(?:not)?|comes?|came|leaves|left|wants?|needs?|asks?|aborts?)';

/** @typedef {{ name: string, pattern: RegExp, instead: string }} Phrase */

/** @type {Phrase[]} */
const phrases = [
  {
    name: 'Who … as a subject',
    // Neither questions nor what they are about: "Who holds it?", "Who waits for whom".
    pattern: new RegExp(String.raw`(?:(?<=${start})Who|(?<=; |['"])who) ${does}\b(?![^.|]*(?:\?|\bwhom\b|\bhow\b))`),
    instead: 'name the subject: "Releasing a lock …", "A waiter that …"',
  },
  {
    name: 'to who, from who',
    pattern: /\b(?:to|from|by|with|for) who\b/i,
    instead: 'whoever, the caller that',
  },
  {
    name: 'nobody passes who',
    pattern: /\b(?:nobody|anybody|somebody|everybody) (?!who\b|else\b)\w+ who\b/i,
    instead: 'name the object: "never overtakes a request that is waiting"',
  },
  {
    name: 'to be had',
    pattern: /\bto be had\b/i,
    instead: 'if it is free, immediately, without waiting',
  },
  {
    name: 'code of users, of a user’s',
    pattern: /\b(?:code|functions?|promises?|callbacks?|listeners?) of (?:a )?users?\b(?:['’]s)?|\bof a user['’]s\b/i,
    instead: "user code, a user's function",
  },
  {
    name: 'holds back nobody',
    pattern: /\b(?:hold|holds|held|holding) back (?:nobody|anybody|everybody)\b/i,
    instead: 'blocks nobody',
  },
  {
    name: 'has yet to hear',
    pattern: /\byet to (?:hear|be (?:told|noticed))\b/i,
    instead: 'has not been notified yet, before its listener has run',
  },
  {
    name: 'gives up everybody',
    pattern: /\b(?:give|gives|gave|giving|given) up (?:everybody|anybody|nobody)\b/i,
    instead: 'ends every wait',
  },
  { name: 'time-out', pattern: /\btime-outs?\b/i, instead: 'timeout' },
  { name: 'for ever', pattern: /\bfor ever\b/i, instead: 'forever' },
  {
    name: 'so many',
    pattern: /\bso many\b(?! that\b)/i,
    instead: 'N, this many, a name for the number',
  },
  {
    name: 'beside, for a comparison',
    pattern: /\bbeside (?:other (?:packages|libraries)|the (?:floor|best|peers?)|others, with)\b/i,
    instead: 'compared with',
  },
  { name: 'slips in', pattern: /\bslip(?:s|ped|ping)? in\b/i, instead: 'barges in, gets ahead of' },
  {
    name: 'is let in',
    pattern: /\b(?:is|are|was|were|be|been|being) let in\b/i,
    instead: 'is admitted, acquires the lock',
  },
  {
    name: 'goes in',
    pattern: /\b(?:go|goes|going|went|gone) in\b(?! (?:the|order|between|arrival|a|an|its?|this|that|which)\b)/i,
    instead: 'acquires, is admitted, enters',
  },
  { name: 'faults of security', pattern: /\bfaults? (?:of|in) security\b/i, instead: 'security problems' },
];

/**
 * Lines on which a phrase is right, such as the name of an API or the title of something else.
 *
 * @type {{ line: string, reason: string }[]}
 */
const allowed = [];

const left = [
  /(^|\/)CHANGELOG\.md$/,
  // Made by a run, of titles and reasons that are checked where they are written.
  /^internal\/bench\/results\//,
  /^scripts\/lint\/english\.mjs$/,
  /^tests\/lint\/english\.test\.ts$/,
];

/**
 * Finds the phrases in a repository.
 *
 * @param {string} root - its folder
 * @param {{ line: string, reason: string }[]} [exempt] - the lines to leave alone, without their indentation
 * @returns {string[]} a line for each phrase, and for each exempt line that is nowhere
 */
export function check(root, exempt = allowed) {
  const unused = new Set(exempt.map(({ line }) => line));
  const lines = new Set(unused);
  const found = filesOf(root).flatMap((file) => {
    const texts = readFileSync(join(root, file), 'utf8').split(/\r?\n/);
    return texts.flatMap((text, index) => {
      if (lines.has(text.trim())) {
        unused.delete(text.trim());
        return [];
      }
      return phrasesIn(text, texts[index + 1]).map(
        ({ name, match, instead }) => `${file}:${index + 1}: "${match}" (${name}): better: ${instead}`,
      );
    });
  });
  return [...found, ...[...unused].map((line) => `allowed, but nowhere: ${line}`)];
}

/**
 * The files that are committed or will be.
 *
 * @param {string} root
 */
function filesOf(root) {
  const patterns = ['*.ts', '*.mjs', '*.vue', '*.md'];
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\0')
    .filter((file) => file !== '' && !left.some((pattern) => pattern.test(file)) && existsSync(join(root, file)));
}

/**
 * The phrases that begin on a line; some end on the next.
 *
 * @param {string} line
 * @param {string} [next]
 */
function phrasesIn(line, next = '') {
  const text = `${line.trimEnd()} ${next.replace(/^\s*(?:\*|\/\/+|>)?\s*/, '')}`;
  return phrases.flatMap(({ name, pattern, instead }) => {
    const match = pattern.exec(text);
    return match === null || match.index >= line.length ? [] : [{ name, instead, match: match[0].trim() }];
  });
}

if (process.argv[1] === import.meta.filename) {
  const errors = check(join(import.meta.dirname, '../..'));
  for (const error of errors) console.error(error);
  if (errors.length > 0) process.exitCode = 1;
}
