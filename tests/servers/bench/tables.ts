import type { Goal } from './goals.ts';

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A goal as a row: what, wanted, measured, met. */
export function goalRow({ what, wanted, measured, isMet }: Goal): string[] {
  return [what, wanted, measured, isMet ? 'met' : '**missed**'];
}
