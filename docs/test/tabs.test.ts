import { createMarkdownRenderer } from 'vitepress';
import { expect, it } from 'vitest';
import { addTabs, javaScriptOf } from '../.vitepress/tabs.ts';

it.each<[string, string]>([
  ['const a: Map<string, number> = new Map();', 'const a = new Map();'],
  ['function f(x: number, y?: string): void {}', 'function f(x, y) {}'],
  ['const b = value as unknown as string;', 'const b = value;'],
  ["import type { A } from 'a';\nimport { b } from 'b';", "import { b } from 'b';"],
  ['interface A {\n  b: string;\n}\n\nconst c = 1;', 'const c = 1;'],
  [
    "const d = new Barrier<'starting' | 'ready'>('starting'); // → {  }",
    "const d = new Barrier('starting'); // → {  }",
  ],
])('takes the types out of %j', (code, plain) => {
  expect(javaScriptOf(code)).toBe(`${plain}\n`);
});

it('leaves alone what is no program, and what has types only', () => {
  expect(javaScriptOf('interface A {\n  b: string;\n}')).toBeUndefined();
  expect(javaScriptOf('class { … }')).toBeUndefined();
});

it('has tabs for package managers and for languages', async () => {
  const markdown = await createMarkdownRenderer('.', { config: addTabs });
  const titles = (text: string) =>
    [...markdown.render(text).matchAll(/<label[^>]*>([^<]+)<\/label>/g)].map(([, title]) => title);
  expect(titles('```sh\nnpm install valvekit   # all\n```')).toEqual(['npm', 'pnpm', 'bun']);
  expect(titles('```sh\nnpm test\n```')).toEqual([]);
  expect(titles('```ts\nconst a: number = 1;\n```')).toEqual(['TypeScript', 'JavaScript']);
  expect(titles('```ts\nconst a = 1;\n```')).toEqual([]);
  expect(titles('::: code-group\n```sh [yarn]\nnpm install a\n```\n:::')).toEqual(['yarn']);
});
