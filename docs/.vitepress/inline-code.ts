import type { MarkdownRenderer } from 'vitepress';

/** Fits a column of a table. */
const SHORT = 17;
/** Behind a dot, a slash, a bracket, a comma or an underscore, and before a capital letter. */
const BREAKS = /(?<=[./(,_])(?=\w)|(?<=[a-z])(?=[A-Z])/g;

/**
 * Lets inline code break where a reader would: not at all if it is short, and between its names in a table, where a call is
 * often wider than its column, and has no spaces.
 */
export function breakInlineCode(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  markdown.core.ruler.push('code-in-tables', ({ tokens }) => {
    for (const [index, { type }] of tokens.entries()) {
      if (type !== 'td_open' && type !== 'th_open') continue;
      for (const token of tokens[index + 1]?.children ?? []) token.meta = { isInTable: true };
    }
  });
  const before = rules.code_inline;
  rules.code_inline = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token === undefined) return '';
    if (token.content.length <= SHORT) token.attrSet('class', 'short');
    const html = before?.(tokens, index, ...rest) ?? '';
    if (!token.meta?.isInTable) return html;
    return html.replace(/>([^<]*)</, (_, text: string) => `>${text.replaceAll(BREAKS, '<wbr>')}<`);
  };
}
