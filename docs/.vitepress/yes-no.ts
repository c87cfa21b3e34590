import type { MarkdownRenderer } from 'vitepress';

const classes: Record<string, string> = { '✓': 'yes', '–': 'no' };

/** Gives cells that say no more than yes or no a class, so that they can be told apart at a glance. */
export function markYesAndNo(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('yes-no', ({ tokens }) => {
    for (const [index, { type, content }] of tokens.entries()) {
      const cell = tokens[index - 1];
      const name = classes[content];
      if (type === 'inline' && cell?.type === 'td_open' && name !== undefined) cell.attrJoin('class', name);
    }
  });
}
