import type { MarkdownRenderer } from 'vitepress';

/**
 * The corner of a table often has nothing to say: then it is no header, which a screen reader would announce. A row of
 * nothing but such cells is left out.
 */
export function dropEmptyHeaders(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('drop-empty-headers', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      const [content, end] = tokens.slice(index + 1, index + 3);
      if (token.type !== 'th_open' || content?.content !== '' || end === undefined) continue;
      token.tag = 'td';
      end.tag = 'td';
    }
    for (let index = tokens.length - 1; index >= 0; index--) {
      if (tokens[index]?.type !== 'thead_open') continue;
      const length = tokens.slice(index).findIndex(({ type }) => type === 'thead_close') + 1;
      const row = tokens.slice(index, index + length);
      if (!row.some(({ tag }) => tag === 'th')) tokens.splice(index, length);
    }
  });
}
