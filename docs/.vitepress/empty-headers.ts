import type { MarkdownRenderer } from 'vitepress';

/** The corner of a table often has nothing to say: then it is no header, which a screen reader would announce. */
export function dropEmptyHeaders(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('drop-empty-headers', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      const [content, end] = tokens.slice(index + 1, index + 3);
      if (token.type !== 'th_open' || content?.content !== '' || end === undefined) continue;
      token.tag = 'td';
      end.tag = 'td';
    }
  });
}
