import { defineConfig, postcssIsolateStyles } from 'vitepress';
import { pointToTheSite } from './links.ts';
import { sidebar } from './sidebar.ts';

// Drawn here, because the named icons of the theme are fetched from elsewhere while it is served for development.
const source =
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" style="fill: none"><path d="m8 6-6 6 6 6m8-12 6 6-6 6M14 4l-4 16"/></svg>';

export default defineConfig({
  title: 'valvekit',
  description: 'Locks for asynchronous JavaScript: mutex, read-write lock, semaphore, barrier and wait group.',
  // Where it is published, the site may be a folder of its host.
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  rewrites: { ':folder/README.md': ':folder/index.md' },
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}logo.svg` }]],
  // What has the class vp-raw is not styled as prose.
  vite: { css: { postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/vp-doc\.css/] })] } } },
  markdown: {
    config: pointToTheSite,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  // Pages of the API are deep: their members are headings of the fifth level.
  transformPageData: ({ relativePath, frontmatter }) =>
    relativePath.startsWith('api/') ? { frontmatter: { ...frontmatter, outline: [2, 5] } } : undefined,
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Which one?', link: '/playground/' },
      { text: 'Guide', link: '/guide/choosing', activeMatch: '^/(guide|packages|migration|decisions)/' },
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
