import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { props } from '../examples/[name].paths.ts';

const docs = join(import.meta.dirname, '..');
const packages = [
  'valvekit',
  'mutex',
  'rwlock',
  'semaphore',
  'barrier',
  'asemaphore',
  'keyed',
  'tabs',
  'redis',
  'postgres',
  'lite',
  'inspect',
  'core',
];
const playgrounds = [
  'mutex',
  'read-write-lock',
  'semaphore',
  'map-and-stream',
  'keyed-locks',
  'barrier',
  'asemaphore',
  'leases',
  'tabs',
];
const guides: { text: string; pages: string[] }[] = [
  {
    text: 'Guide',
    pages: [
      'getting-started',
      'choosing',
      'cancellation',
      'fairness',
      'keyed-locks',
      'several-locks',
      'callbacks',
      'patterns',
      'recipes',
      'testing',
    ],
  },
  {
    text: 'Tabs and machines',
    pages: ['where-to-keep-a-lock', 'across-tabs', 'across-machines', 'operating'],
  },
  { text: 'Help', pages: ['waits-forever', 'troubleshooting', 'faq', 'where-it-runs'] },
  { text: 'About valvekit', pages: ['compare', 'build-your-own', 'how-it-is-tested'] },
];

function titled(folder: string, names: string[]): DefaultTheme.SidebarItem[] {
  return names.map((name) => ({ text: titleOf(`${folder}/${name}.md`), link: `/${folder}/${name}` }));
}

/** All pages of a folder, the named ones first. */
function pagesOf(folder: string, first: string[] = []): DefaultTheme.SidebarItem[] {
  if (!existsSync(join(docs, folder))) return [];
  const names = readdirSync(join(docs, folder))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.slice(0, -3))
    .sort();
  return titled(folder, [
    ...first.filter((name) => names.includes(name)),
    ...names.filter((name) => !first.includes(name)),
  ]);
}

function titleOf(page: string): string {
  const title = /^# (.+)$/m.exec(readFileSync(join(docs, page), 'utf8'))?.[1] ?? page;
  return title.replaceAll('`', '');
}

function examples(): DefaultTheme.SidebarItem[] {
  return globSync('*.ts', { cwd: join(docs, '../examples') })
    .filter((file) => !props.includes(file))
    .sort()
    .map((file) => ({ text: file, link: `/examples/${file.slice(0, -3)}` }));
}

const migrating = pagesOf('migration', ['valvekit-0.2']).map(({ text = '', ...item }) => ({
  ...item,
  text: text.replace('Migrating from', 'From'),
  docFooterText: text,
}));

const decisions = pagesOf('decisions').map(({ text = '', link = '' }) => ({
  text: `${/\d{4}/.exec(link)?.[0]} ${text}`,
  link,
  docFooterText: text,
}));

/** Migrations and examples are many, and listed only beside one another: groups that fold cannot be used by everybody. */
function learning(folder?: 'migration' | 'examples'): DefaultTheme.SidebarItem[] {
  return [
    ...guides.map(({ text, pages }) => ({ text, items: titled('guide', pages) })),
    {
      text: 'Packages',
      items: packages.map((name) => ({
        text: name === 'valvekit' ? 'valvekit (all packages)' : `@valvekit/${name}`,
        link: `/packages/${name}`,
      })),
    },
    {
      text: 'Migrating',
      items: [
        { text: 'From another library', link: '/migration/', docFooterText: 'Migrating to valvekit' },
        ...(folder === 'migration' ? migrating : []),
      ],
    },
    {
      text: 'Examples',
      items: [{ text: 'All examples', link: '/examples/' }, ...(folder === 'examples' ? examples() : [])],
    },
    { text: 'Design', items: [{ text: 'Decisions', link: '/decisions/' }] },
  ];
}

export const sidebar: DefaultTheme.Sidebar = {
  '/guide/': learning(),
  '/packages/': learning(),
  '/migration/': learning('migration'),
  '/examples/': learning('examples'),
  '/changelog/': learning(),
  '/decisions/': [{ text: 'Decisions', link: '/decisions/', items: decisions }],
  '/playground/': [
    { text: 'Choose your problem', link: '/playground/' },
    { text: 'Playground', items: titled('playground', playgrounds) },
  ],
  '/api/': [
    {
      text: 'API',
      items: [
        { text: 'Overview', link: '/api/' },
        ...packages.map((name) => ({
          text: name === 'valvekit' ? name : `@valvekit/${name}`,
          link: `/api/${name}`,
        })),
      ],
    },
    { text: 'For authors', items: [{ text: '@valvekit/core/line', link: '/api/core-line' }] },
  ],
};
