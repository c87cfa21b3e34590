import { defineConfig, postcssIsolateStyles } from 'vitepress';
import { pointToTheSite } from './links.ts';
import { sidebar } from './sidebar.ts';

// Inlined, because the development server fetches the theme's named icons from another host.
const source =
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" style="fill: none"><path d="m8 6-6 6 6 6m8-12 6 6-6 6M14 4l-4 16"/></svg>';

export default defineConfig({
  title: 'valvekit',
  description: 'Locks for asynchronous JavaScript: mutex, read/write lock, semaphore, barrier and wait group.',
  // The published site may be in a subfolder of its host.
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  // Parts of other pages.
  srcExclude: ['playground/how-it-works.md'],
  rewrites: { ':folder/README.md': ':folder/index.md' },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}logo.svg` }]],
  // Elements with the class vp-raw are not styled as prose.
  vite: { css: { postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/vp-doc\.css/] })] } } },
  markdown: {
    config: pointToTheSite,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  // API pages are deep: their members are level-5 headings.
  transformPageData: ({ relativePath, frontmatter }) =>
    relativePath.startsWith('api/') ? { frontmatter: { ...frontmatter, outline: [2, 5] } } : undefined,
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Which lock?', link: '/playground/' },
      { text: 'Guide', link: '/guide/getting-started', activeMatch: '^/(guide|packages|migration|decisions)/' },
      { text: 'Playground', link: '/playground/mutex', activeMatch: '^/playground/.' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      { text: 'Cost', link: '/cost' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [
      { icon: { svg: source }, link: 'https://github.com/devebot/valvekit', ariaLabel: 'Source on GitHub' },
    ],
  },
});
