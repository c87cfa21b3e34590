import { stripTypeScriptTypes } from 'node:module';
import type { MarkdownRenderer } from 'vitepress';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

const managers = {
  npm: (line: string) => line,
  pnpm: (line: string) => line.replace(/^npm install(?: (-D|--save-dev))?/, (_, dev) => `pnpm add${dev ? ' -D' : ''}`),
  bun: (line: string) => line.replace(/^npm install(?: (-D|--save-dev))?/, (_, dev) => `bun add${dev ? ' -d' : ''}`),
};

/**
 * The Markdown files are written for every reader, so they install with npm, and have one language for each block. On the
 * site, a block that installs has a tab for each package manager, and a block of TypeScript one for JavaScript.
 */
export function addTabs(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('add-tabs', (state) => {
    let isInGroup = false;
    state.tokens = state.tokens.flatMap((token) => {
      if (token.type === 'container_code-group_open') isInGroup = true;
      if (token.type === 'container_code-group_close') isInGroup = false;
      const tabs = isInGroup || token.type !== 'fence' ? [] : tabsOf(token);
      if (tabs.length < 2) return [token];
      const make = (type: string, nesting: 1 | -1): Token =>
        Object.assign(new state.Token(type, 'div', nesting), { block: true });
      const open = Object.assign(make('container_code-group_open', 1), { info: ' code-group' });
      const fences = tabs.map(({ title, language, code }) =>
        Object.assign(new state.Token('fence', 'code', 0), {
          markup: token.markup,
          map: token.map,
          block: true,
          info: `${language} [${title}]`,
          content: code,
        }),
      );
      return [open, ...fences, make('container_code-group_close', -1)];
    });
  });
}

function tabsOf({ info, content }: Token): { title: string; language: string; code: string }[] {
  const [language = ''] = info.trim().split(/[ {]/);
  if (language === 'sh' && /^npm install(?! *$)/m.test(content)) {
    return Object.entries(managers).map(([title, change]) => ({
      title,
      language,
      code: content.split('\n').map(change).join('\n'),
    }));
  }
  if (language !== 'ts') return [];
  const plain = javaScriptOf(content);
  if (plain === undefined || plain === content) return [];
  return [
    { title: 'TypeScript', language: 'ts', code: content },
    { title: 'JavaScript', language: 'js', code: plain },
  ];
}

/** The same without types; undefined if there is nothing left, or if it is no program. */
export function javaScriptOf(code: string): string | undefined {
  let blank: string;
  try {
    blank = stripTypeScriptTypes(code);
  } catch {
    return undefined;
  }
  const lines = code.split('\n');
  const kept = blank.split('\n').flatMap((line, index) => {
    const before = lines[index] ?? '';
    return line.trim() === '' && before.trim() !== '' ? [] : [withoutGaps(line, before)];
  });
  const plain = kept
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return plain === '' ? undefined : `${plain}\n`;
}

/** Node puts spaces in the place of types; this takes out those that were none before. */
function withoutGaps(line: string, before: string): string {
  const isGap = Array.from({ length: line.length }, (_, index) => line[index] === ' ' && before[index] !== ' ');
  let from = isGap.indexOf(true);
  let result = line.slice(0, from === -1 ? undefined : from);
  while (from !== -1) {
    const rest = line.slice(from).search(/\S/);
    const end = isGap.lastIndexOf(true, rest === -1 ? undefined : from + rest - 1) + 1;
    const next = isGap.indexOf(true, end);
    const text = line.slice(end, next === -1 ? undefined : next);
    // `value as Type;` leaves a space before the semicolon.
    result = (/^(?:[;,)\]}]|$)/.test(text) ? result.trimEnd() : result) + text;
    from = next;
  }
  return result.trimEnd();
}
