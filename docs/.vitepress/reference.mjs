// A TypeDoc plugin that cuts the reference down to what people look up.
import { readFileSync } from 'node:fs';
import { Converter, ReflectionKind } from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

/** Members that matter to tools only. */
const TOOLS = /^\[(?:toStringTag|inspect|nodejs\.util\.inspect\.custom)\]$|^\[?Symbol\(/;
const AUTHORS = 'core-line';

/** @param {import('typedoc-plugin-markdown').MarkdownApplication} app */
export function load({ converter, renderer }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      // Named after the package, not its path.
      module.name = module.name.replace(/\/src(?:\/index)?(?=\/|$)/, '').replace('/', '-');
    }
    for (const reflection of Object.values(project.reflections)) {
      if (TOOLS.test(reflection.name)) project.removeReflection(reflection);
    }
  });
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    // Where a member comes from is of interest to those who build the packages.
    for (const reflection of Object.values(project.reflections)) {
      for (const from of ['implementationOf', 'inheritedFrom', 'overwrites', 'implementedTypes']) {
        if (from in reflection) reflection[from] = undefined;
      }
    }
  });
  renderer.on(MarkdownPageEvent.END, (page) => {
    if (page.contents === undefined) return;
    const name = page.url.replace(/\.md$/, '');
    page.contents = name === 'index' ? index() : leveled(titled(gathered(shortened(page.contents)), name));
  });
}

/** @param {string} name */
function packageOf(name) {
  const { name: title, description } = JSON.parse(
    readFileSync(new URL(`../../packages/${name}/package.json`, import.meta.url), 'utf8'),
  );
  return { title, description };
}

function index() {
  const rows = PAGES.map((name) => {
    const { title, description } = packageOf(name);
    return `| [\`${title}\`](${name}.md) | ${description} |`;
  });
  return `# API reference

Everything that each package exports, from its doc comments. To learn how to use it, start with the
[guide](../guide/getting-started.md).

| package | what it is |
| --- | --- |
${rows.join('\n')}

To build a primitive of your own, there is a second entry, [\`@valvekit/core/line\`](core-line.md).
`;
}

/** In the order in which people need them. */
const PAGES = [
  'valvekit',
  'mutex',
  'semaphore',
  'rwlock',
  'keyed',
  'barrier',
  'asemaphore',
  'core',
  'lite',
  'inspect',
  'tabs',
  'redis',
  'postgres',
];

/**
 * @param {string} text
 * @param {string} name
 */
function titled(text, name) {
  const isForAuthors = name === AUTHORS;
  const { title, description } = packageOf(isForAuthors ? 'core' : name);
  const lead = isForAuthors
    ? 'For authors of primitives: the line of waiters and what hangs on it. [Build your own](../guide/build-your-own.md) shows how to use it. Everyone else can do without.'
    : `${description} [How to use it](../packages/${name}.md).`;
  return text.replace(/^# .*\n/, `# ${isForAuthors ? '@valvekit/core/line' : title}\n\n${lead}\n`);
}

/**
 * No heading is more than one level below the one before it.
 *
 * @param {string} text
 */
function leveled(text) {
  let level = 0;
  let isCode = false;
  const lines = text.split('\n').map((line) => {
    if (line.startsWith('```')) isCode = !isCode;
    const [, marks] = (!isCode && /^(#+) /.exec(line)) || [];
    if (marks === undefined) return line;
    level = Math.min(marks.length, level + 1);
    return '#'.repeat(level) + line.slice(marks.length);
  });
  return lines.join('\n');
}

/**
 * One line for everything that another package exports first.
 *
 * @param {string} text
 */
function gathered(text) {
  const found = [];
  const kept = text.replace(
    /(?:\n\*\*\*\n)?\n<a id="[^"]+"><\/a>\n\n## (\S+)\n\n(?:Re-exports|Renames and re-exports) \[[^\]]+\](\([^)]+\))\n/g,
    (_, name, target) => {
      found.push(`[${name}]${target}`);
      return '';
    },
  );
  if (found.length === 0) return text;
  const heading = /^## /m.test(kept) ? '## Also exported' : '## Exports';
  return `${kept.trimEnd()}\n\n${heading}\n\n${found.join(' · ')}\n`;
}

/**
 * A heading and a table for one parameter, or for one type, say no more than a line does.
 *
 * @param {string} text
 */
function shortened(text) {
  return text
    .replace(
      /^#+ (?:Type )?Parameters\n\n\| (?:Parameter|Type Parameter)[^\n]*\n\|[ -|]*\n((?:\|[^\n]*\|\n)+)/gm,
      (table, rows) => {
        const lines = rows.trim().split('\n').map(asLine);
        // The signature has the names of types.
        const said = table.includes('Type Parameters') ? lines.filter((line) => /[:*]/.test(line)) : lines;
        return said.length === 0 ? '' : `${said.join('\n')}\n`;
      },
    )
    .replace(/^#+ Returns\n\n(?!```)([^\n]+)\n(?:\n([^#\n<*`-][^\n]*)\n)?/gm, (_, type, what = '') =>
      // The signature has the type.
      what === '' ? '' : `- returns ${type}: ${what}\n`,
    )
    .replace(/^#+ Throws\n\n([^\n]+)\n/gm, '- throws $1\n')
    .replace(/^#+ (?:Call|Get|Set) Signature\n\n/gm, '')
    .replace(/^#+ Constructor\n\n/gm, '')
    .replace(/^Defined in: \[[^\]]+\](\([^)]+\))$/gm, '[source]$1{.source}')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^(- .*\n)\n(?=- )/gm, '$1');
}

/** @param {string} row */
function asLine(row) {
  const cells = row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
  const [parameter = '', type = '', ...rest] = cells;
  const description = rest.filter((cell) => cell !== '' && cell !== '-').join('; ');
  return `- ${parameter}${type === '' || type === '-' ? '' : ` ${type}`}${description === '' ? '' : `: ${description}`}`;
}
