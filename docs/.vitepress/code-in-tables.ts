import type { MarkdownRenderer } from 'vitepress';

/** Lets code in a table break between its names: a call is often wider than its column, and has no spaces. */
export function breakCodeInTables(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  markdown.core.ruler.push('code-in-tables', ({ tokens }) => {
    for (const [index, { type }] of tokens.entries()) {
      if (type !== 'td_open' && type !== 'th_open') continue;
      for (const token of tokens[index + 1]?.children ?? []) token.meta = { isInTable: true };
    }
  });
  const before = rules.code_inline;
  rules.code_inline = (tokens, index, ...rest) => {
    const html = before?.(tokens, index, ...rest) ?? '';
    if (!tokens[index]?.meta?.isInTable) return html;
    return html.replace(/>([^<]*)</, (_, text: string) => `>${text.replaceAll(/(?<=[./(,])(?=\w)/g, '<wbr>')}<`);
  };
}
