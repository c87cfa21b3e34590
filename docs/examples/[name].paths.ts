// One page per example: what its first comment says, and its code, unchanged.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../examples');
const source = 'https://github.com/devebot/valvekit/blob/HEAD/examples';
// Not examples, but what they stand on.
export const props: readonly string[] = ['demo.ts', 'stage.ts', 'random.ts'];

export default {
  watch: ['../../examples/*.ts', '../../examples/*/*.ts'],
  paths: () => [
    { params: { name: 'index' }, content: overview() },
    ...globSync('*.ts', { cwd: folder })
      .filter((file) => !props.includes(file))
      .map((file) => ({ params: { name: file.slice(0, -3) }, content: page(file) })),
  ],
};

/** The README of the folder, with links to these pages. */
function overview(): string {
  return (
    readFileSync(join(folder, 'README.md'), 'utf8')
      .replaceAll(/\]\(([\w-]+)\.ts\)/g, (_, name) =>
        props.includes(`${name}.ts`) ? `](${source}/${name}.ts)` : `](${name}.md)`,
      )
      // Folders: pages of their own, to be seen in the repository.
      .replaceAll(/\]\(([a-z]+)\)/g, '](https://github.com/devebot/valvekit/tree/HEAD/examples/$1)')
  );
}

function page(file: string): string {
  const text = readFileSync(join(folder, file), 'utf8');
  const comment = /^(?:\/\/.*\n)+/.exec(text)?.[0] ?? '';
  const words = comment.replaceAll(/^\/\/ ?/gm, '').trim();
  const name = file.slice(0, -3);
  const title = name.replaceAll('-', ' ');
  return `# ${title.charAt(0).toUpperCase()}${title.slice(1)}

${words}

\`\`\`ts
${text.slice(comment.length).trim()}
\`\`\`

${written(name)}In a clone of the repository, after \`npm start\`, run it with Node 24.2 or later: \`node examples/${file}\`. See the
[source](${source}/${file}), or [all examples](index.md).
`;
}

/** What a program would write itself, if that is in a file of its own. */
function written(example: string): string {
  const files = globSync(`${example}/*.ts`, { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  return files
    .map((text) => /^\/\/ (What a program would write: .+)\n(?<code>[\s\S]+)$/.exec(text))
    .map((found) => (found ? `${found[1]}\n\n\`\`\`ts\n${found.groups?.code?.trim()}\n\`\`\`\n\n` : ''))
    .join('');
}
