import { defineConfig, postcssIsolateStyles } from 'vitepress';
import llms from 'vitepress-plugin-llms';
import { dropEmptyHeaders } from './empty-headers.ts';
import { withoutSwapping } from './fonts.ts';
import { breakInlineCode } from './inline-code.ts';
import { pointToTheSite } from './links.ts';
import { capitalizeHeaders } from './sentence-case.ts';
import { sidebar } from './sidebar.ts';
import { addTabs } from './tabs.ts';
import { keepUnits } from './units.ts';
import { described, isNext } from './version.ts';
import { markYesAndNo } from './yes-no.ts';

// The published site may be in a subfolder of its host.
const base = process.env.DOCS_BASE ?? '/';
const host = process.env.DOCS_HOST ?? 'https://devebot.github.io';
const repository = 'https://github.com/devebot/valvekit';
const npm = 'https://www.npmjs.com/package/valvekit';
const description =
  'Locks for async JavaScript: run one operation at a time, cap concurrency, never read half-written data.';
// Inlined, because the development server fetches the theme's named icons from another host.
const github =
  '<svg viewBox="0 0 24 24"><path d="M12 .5a12 12 0 0 0-3.8 23.4c.6.1.8-.3.8-.6v-2c-3.3.7-4-1.6-4-1.6-.6-1.4-1.3-1.8-1.3-1.8-1.1-.7.1-.7.1-.7 1.2.1 1.8 1.2 1.8 1.2 1.1 1.8 2.8 1.3 3.5 1 .1-.8.4-1.3.8-1.6-2.7-.3-5.5-1.3-5.5-5.9 0-1.3.5-2.4 1.2-3.2-.1-.3-.5-1.5.1-3.2 0 0 1-.3 3.3 1.2a11.5 11.5 0 0 1 6 0c2.3-1.5 3.3-1.2 3.3-1.2.7 1.7.2 2.9.1 3.2.8.8 1.2 1.9 1.2 3.2 0 4.6-2.8 5.6-5.5 5.9.4.4.8 1.1.8 2.2v3.3c0 .3.2.7.8.6A12 12 0 0 0 12 .5z"/></svg>';

// These two run in the browser, from their source text: nothing outside of them is there.

/** People should go to a guide first, if several pages have their word; last to core, and to what we have decided. */
const boostDocument = (id: string): number => {
  if (/\/guide\/(?:build-your-own|where-it-runs)/.test(id)) return 0.5;
  if (id.includes('/guide/')) return 30;
  return /\/(?:decisions|changelog|api\/core)/.test(id) ? 0.05 : 1;
};

const editLink = ({ filePath, params }: { filePath: string; params?: Record<string, string> }): string => {
  const edit = 'https://github.com/devebot/valvekit/edit/main';
  if (filePath.startsWith('packages/')) return `${edit}/packages/${params?.name}/README.md`;
  if (filePath.startsWith('examples/'))
    return `${edit}/examples/${params?.name === 'index' ? 'README.md' : `${params?.name}.ts`}`;
  if (filePath.startsWith('changelog/')) return 'https://github.com/devebot/valvekit/tree/HEAD/.changeset';
  return `${edit}/docs/${filePath}`;
};

export default defineConfig({
  title: 'valvekit',
  description,
  base,
  cleanUrls: true,
  lastUpdated: true,
  // Pages are small, and whoever reads one of them need not load the others.
  router: { prefetchLinks: false },
  // Parts of other pages.
  srcExclude: ['playground/how-it-works.md'],
  rewrites: { ':folder/README.md': ':folder/index.md' },
  sitemap: { hostname: host + base },
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['meta', { name: 'theme-color', content: '#14744a' }],
    ['meta', { property: 'og:type', content: 'website' }],
    ['meta', { property: 'og:site_name', content: 'valvekit' }],
    ['meta', { property: 'og:image', content: `${host}${base}social-card.png` }],
    ['meta', { name: 'twitter:card', content: 'summary_large_image' }],
  ],
  transformHead: ({ title, description, pageData }) => [
    ['meta', { property: 'og:title', content: title }],
    ['meta', { property: 'og:description', content: description }],
    ['meta', { property: 'og:url', content: host + base + pageData.relativePath.replace(/(?:index)?\.md$/, '') }],
  ],
  vite: {
    // Elements with the class vp-raw are not styled as prose.
    css: { postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/vp-doc\.css/] }), withoutSwapping] } },
    // The plugin is typed by a newer Vite than the one in VitePress.
    plugins: [llms({ domain: host }) as never],
  },
  markdown: {
    config(markdown) {
      pointToTheSite(markdown);
      addTabs(markdown);
      dropEmptyHeaders(markdown);
      breakInlineCode(markdown);
      capitalizeHeaders(markdown);
      keepUnits(markdown);
      markYesAndNo(markdown);
    },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  // API pages are deep: their members are level-4 headings.
  transformPageData: ({ relativePath, frontmatter }) => {
    if (relativePath.startsWith('api/')) return { frontmatter: { ...frontmatter, outline: [2, 4], editLink: false } };
    // In no sidebar, so there is no page before or after them.
    const isAlone = /^(?:changelog\/|packages\/lease\.)/.test(relativePath);
    return isAlone ? { frontmatter: { ...frontmatter, prev: false, next: false } } : undefined;
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      {
        text: 'Learn',
        activeMatch: '^/(guide/(?!compare)|packages/|migration/|decisions/|examples/)',
        items: [
          { text: 'Getting started', link: '/guide/getting-started' },
          { text: 'Which lock do I need?', link: '/guide/choosing' },
          { text: 'Examples', link: '/examples/' },
          { text: 'Testing', link: '/guide/testing' },
          { text: 'Troubleshooting', link: '/guide/troubleshooting' },
          { text: 'FAQ', link: '/guide/faq' },
          { text: 'Migration', link: '/migration/' },
        ],
      },
      { text: 'Playground', link: '/playground/mutex', activeMatch: '^/playground/' },
      { text: 'Compare', link: '/guide/compare' },
      { text: 'Cost', link: '/cost' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      {
        text: isNext ? `${described} (next)` : described,
        activeMatch: '^/changelog/',
        items: [
          { text: 'Changelog', link: '/changelog/' },
          { text: 'Coming from 0.2', link: '/migration/valvekit-0.2' },
          { text: 'Contributing', link: `${repository}/blob/HEAD/CONTRIBUTING.md` },
          {
            text: 'Other versions',
            items: [
              { text: '0.2', link: `${npm}/v/0.2.0` },
              { text: 'All versions on npm', link: `${npm}?activeTab=versions` },
            ],
          },
        ],
      },
    ],
    sidebar,
    outline: { level: [2, 3] },
    notFound: {
      title: 'There is no such page',
      quote: 'It may have moved. The search at the top finds guides, packages and examples.',
      linkText: 'Go to the home page',
      linkLabel: 'Go to the home page',
    },
    lastUpdated: { formatOptions: { dateStyle: 'long' } },
    editLink: { pattern: editLink, text: 'Edit this page' },
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: { boostDocument },
        },
      },
    },
    socialLinks: [{ icon: { svg: github }, link: repository, ariaLabel: 'valvekit on GitHub' }],
  },
});
