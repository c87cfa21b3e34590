import type { MarkdownRenderer } from 'vitepress';

/** Fits a column of a table; on a phone, it may break. */
const SHORT = 17;
/** Never breaks. */
const WHOLE = 13;
/** Behind a dot, a slash, a bracket, a comma or an underscore, and before a capital letter; no piece is a letter or two. */
const BREAKS = /(?<=\w{2}[./(,_])(?=\w{3})|(?<=\w{2}[a-z])(?=[A-Z]\w{2})/g;

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
    const { length } = token.content;
    // No brace stands alone on a line.
    token.content = token.content.replaceAll(/(?<=\{) | (?=\})/g, '\u00a0');
    if (length <= SHORT) token.attrSet('class', 'short');
    const html = before?.(tokens, index, ...rest) ?? '';
    if (length <= WHOLE || !token.meta?.isInTable) return html;
    return html.replace(/>([^<]*)</, (_, text: string) => `>${text.replaceAll(BREAKS, '<wbr>')}<`);
  };
}
