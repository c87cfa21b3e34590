import type { MarkdownRenderer } from 'vitepress';

const SPACE =
  /(?<=\d) (?=(?:kB|bytes|ms|µs|ns|s|%|×)(?!\w))|(?<=\b(?:Node|Bun|Deno|Chrome|Firefox|Safari|Redis|PostgreSQL|version)) (?=\d)|(?<=[✓–]) (?=yes\b|no\b)|(?<=^|\S) (?=· )/g;

/** A number stays on one line with its unit, or with the name that it belongs to; a dot between links ends its line. */
export function keepUnits(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('keep-units', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'text') token.content = token.content.replaceAll(SPACE, '\u00a0');
    }
  });
}
