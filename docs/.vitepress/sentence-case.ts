import type { MarkdownRenderer } from 'vitepress';

// Names with other characters, such as p-limit, do not look like words.
const WORD = /^(?!(?:valvekit|redlock)\b)[a-z](?=[a-z]*(?:[ ,]|$))/;

/** Headers of tables begin with a capital letter, as all other headings do, unless they are the name of a package. */
export function capitalizeHeaders(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('capitalize-headers', ({ tokens }) => {
    for (const [index, { type, children }] of tokens.entries()) {
      const [first] = children ?? [];
      if (type !== 'inline' || tokens[index - 1]?.type !== 'th_open' || first?.type !== 'text') continue;
      first.content = first.content.replace(WORD, (letter) => letter.toUpperCase());
    }
  });
}
