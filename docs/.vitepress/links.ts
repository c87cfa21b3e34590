import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

const docs = join(import.meta.dirname, '..');
const root = join(docs, '..');
const repository = 'https://github.com/devebot/valvekit';
const npm = 'https://www.npmjs.com/package/';
const readme = /^packages\/(\w+)(?:#readme|\/README\.md|\/)?$/;

/**
 * The Markdown files are written for readers in the repository and on npm. On the site, links to package READMEs and guides lead
 * to their pages, and links to files that have no page lead to the repository.
 */
export function pointToTheSite(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('point-to-the-site', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet('href');
      if (token.type === 'link_open' && href !== null) token.attrSet('href', target(href, env.path));
    }
  });
}

function target(href: string, page: string): string {
  // TypeDoc omits its anchor prefix (typedoc.json) in links to other pages.
  if (page.startsWith(join(docs, 'api'))) return href.replace(/^([\w-]+\.md#)(?!api-)/, '$1api-');
  const path = pathOf(href, page);
  if (path === undefined) return href;
  if (path === 'README.md#size-and-speed') return '/cost';
  const name = readme.exec(path)?.[1];
  if (name !== undefined) return `/packages/${name}`;
  if (path.startsWith('docs/')) return `/${path.slice('docs/'.length)}`.replace('/README.md', '/');
  // A missing file stays as it is: a dead link, which fails the build.
  return existsSync(join(root, path.replace(/#.*/, ''))) ? `${repository}/tree/HEAD/${path}` : href;
}

/** The path in the repository that a link leads to, if any. */
function pathOf(href: string, page: string): string | undefined {
  if (/^[#/]/.test(href)) return undefined;
  if (href.startsWith(npm)) {
    const name = href.slice(npm.length).replace('@valvekit/', '');
    return existsSync(join(root, 'packages', name)) ? `packages/${name}#readme` : undefined;
  }
  if (href.startsWith(repository)) return /^\/(?:blob|tree)\/\w+\/(.+)$/.exec(href.slice(repository.length))?.[1];
  return /^\w+:/.test(href) ? undefined : relative(root, join(dirname(page), href));
}
