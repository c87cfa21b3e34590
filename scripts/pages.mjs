// Writes what several pages have in common. Run it after a change of README.md or of a package.json; with --check it only
// fails where a page is out of date.
//
// A part is what stands between <!-- name:begin --> and <!-- name:end -->. The part `door` opens the page of each package and
// is made of its package.json. All other parts are written in README.md, or measured there (internal/bench/src/readme.ts),
// and copied to every page that has their markers.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { isAhead, nextRelease } from './next-release.mjs';

const root = join(import.meta.dirname, '..');
const repository = 'https://github.com/devebot/valvekit';
const site = 'https://devebot.github.io/valvekit';
const npm = 'https://www.npmjs.com/package';
const notForUsers = ['@valvekit/lease'];
const part = /<!-- (\w+):begin -->\n[\s\S]*?<!-- \1:end -->/g;

/** @typedef {{ name: string, version: string, description: string, private?: boolean }} Manifest */

/**
 * All pages that have parts, as they should be.
 *
 * @param {string} folder - of the repository
 * @returns {Map<string, string>} the text of each page, by its path in the repository
 * @throws {Error} a page has a part that README.md does not have, or the page of a package has no door
 */
export function pages(folder) {
  /** @param {string} file */
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  /** @param {string} file @returns {Manifest} */
  const manifest = (file) => JSON.parse(read(file));

  const readme = read('README.md');
  const shared = { ...partsOf(readme), door: door(manifest('packages/valvekit/package.json')) };
  const written = new Map([['README.md', filled(readme, shared)]]);

  for (const file of globSync('packages/*/package.json', { cwd: folder })) {
    const page = `packages/${basename(dirname(file))}/README.md`;
    const own = manifest(file);
    const isForUsers = !own.private && !notForUsers.includes(own.name);
    if (isForUsers && partsOf(read(page)).door === undefined)
      throw new Error(`${page} has no <!-- door:begin --> with its end`);
    written.set(page, filled(read(page), { ...moved(shared, onNpm), door: door(own) }));
  }
  for (const file of globSync('docs/guide/*.md', { cwd: folder })) {
    const page = `docs/guide/${basename(file)}`;
    written.set(page, filled(read(page), moved(shared, from(dirname(page)))));
  }
  return written;
}

/**
 * The parts of a page, by name.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
function partsOf(text) {
  return Object.fromEntries(
    Array.from(text.matchAll(part), ([whole, name]) => [name, whole.replace(/^.*\n|\n.*$/g, '').trim()]),
  );
}

/**
 * A page with its parts replaced.
 *
 * @param {string} text
 * @param {Record<string, string>} parts
 */
function filled(text, parts) {
  return text.replace(part, (_, name) => {
    if (parts[name] === undefined) throw new Error(`README.md has no part ${name}`);
    return `<!-- ${name}:begin -->\n\n${parts[name]}\n\n<!-- ${name}:end -->`;
  });
}

/**
 * Parts with links that lead from another page to where they lead from README.md.
 *
 * @param {Record<string, string>} parts
 * @param {(path: string) => string} link
 */
function moved(parts, link) {
  const entries = Object.entries(parts).map(([name, text]) => [
    name,
    text.replace(/\]\((?!\w+:)([^)]+)\)/g, (_, path) => `](${link(path)})`),
  ]);
  return Object.fromEntries(entries);
}

/** @param {string} path */
function onNpm(path) {
  const name = /^packages\/(\w+)#readme$/.exec(path)?.[1];
  if (name !== undefined) return `${npm}/${name === 'valvekit' ? name : `@valvekit/${name}`}`;
  return path.startsWith('#') ? `${repository}${path}` : `${repository}/blob/main/${path}`;
}

/** @param {string} folder @returns {(path: string) => string} */
function from(folder) {
  return (path) => relative(folder, path.startsWith('#') ? `README.md${path}` : path.replace('#readme', '/README.md'));
}

/**
 * How the page of a package begins.
 *
 * @param {Manifest} manifest
 */
function door({ name, version, description }) {
  const isAll = name === 'valvekit';
  const isOnNpm = isAll || !isAhead(version);
  const badges = [
    ...(isOnNpm ? [`[![version on npm](https://img.shields.io/npm/v/${name})](${npm}/${name})`] : []),
    `[![CI](${repository}/actions/workflows/ci.yml/badge.svg?branch=main)](${repository}/actions/workflows/ci.yml)`,
    `[![license](https://img.shields.io/npm/l/valvekit)](${repository}/blob/main/LICENSE)`,
  ];
  const links = [
    `[Website](${site}/)`,
    `[Getting started](${site}/guide/getting-started)`,
    `[Playground](${site}/playground/)`,
    ...(isAll ? [] : [`[All packages](${repository}#packages)`]),
    `[Compare](${site}/guide/compare)`,
    `[Changelog](${repository}/releases)`,
  ];
  const install = `\`\`\`sh\nnpm install ${name}\n\`\`\``;
  return [badges.join('\n'), description, links.join(' · '), install, ...status(isAll, version)].join('\n\n');
}

/**
 * What npm serves, as long as that is not what the page describes.
 *
 * @param {boolean} isAll
 * @param {string} version
 */
function status(isAll, version) {
  if (!isAhead(version)) return [];
  const old = `\`valvekit\` ${version}, which has callbacks only`;
  const today = isAll
    ? `npm serves ${old}, and none of the \`@valvekit/*\` packages.`
    : `npm serves ${old}, and not this package.`;
  return [`> This page describes **version ${nextRelease}, the next release**. Until it is out, ${today}`];
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  for (const [file, text] of pages(root)) {
    if (readFileSync(join(root, file), 'utf8') === text) continue;
    if (values.check) {
      console.error(`${file} is out of date: npm run pages`);
      process.exitCode = 1;
    } else writeFileSync(join(root, file), text);
  }
}
