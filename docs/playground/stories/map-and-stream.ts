import type { Kind, Story } from '../engine/story.ts';

const LIMIT = 2;

const crawling: Pick<Story, 'state' | 'changes' | 'call' | 'stem' | 'isFixed' | 'scenario'> = {
  call: (_, options) => ({ task: 'crawl', args: options ? [options] : [] }),
  state: ['semaphore.available', 'semaphore.waiting'],
  changes: { capacity: 'semaphore.capacity = value' },
  stem: 'crawl',
  isFixed: true,
  scenario: { capacity: LIMIT, steps: [{ at: 200, ask: 'crawl' }] },
};

const source = `
const semaphore = new Semaphore({capacity});
const pages = {
  home: 1500, news: 900, shop: 1700,
  help: 800, about: 1100, blog: 700,
};

function* source() {
  for (const page in pages) {
    yield page; //: waits of page
  }
}
`;

const readAhead: Story = {
  ...crawling,
  id: 'map',
  title: 'map reads one ahead',
  text: 'Two pages are fetched at a time. The source is read one item ahead of the permits, never further: one page waits, and the next is not read yet.',
  without: {
    label: 'Without the limit',
    text: 'Promise.all starts everything at once, however long the list is.',
  },
  imports: "import { map, Semaphore } from '@valvekit/semaphore';",
  code: `${source}
async function crawl(options) {
  return map(semaphore, source(), fetchPage, options); //lock: works
  return Promise.all([...source()].map(fetchPage)); //bare: works
}

let open = 0, most = 0;

async function fetchPage(page) {
  most = Math.max(most, ++open);
  await sleep(pages[page]); //: holds|works of page
  open -= 1;
  return page.toUpperCase(); //: done of page
}`,
  shows: ['open', 'most'],
  judge: ({ most }) => ({
    isRight: Number(most) <= LIMIT,
    text: `At most ${String(most)} pages were fetched at the same time.`,
  }),
};

const backpressure: Story = {
  ...crawling,
  id: 'stream',
  title: 'stream waits for its reader',
  text: 'Saving is slower than fetching. At most one finished page may wait to be saved; until it is taken, no other page is started.',
  without: {
    label: 'Without backpressure',
    text: 'Everything is fetched at once, and all pages are in memory while the first one is saved.',
  },
  imports: "import { Semaphore, stream } from '@valvekit/semaphore';",
  code: `${source}
async function crawl(options) {
  const one = { ...options, buffer: 1 }; //lock
  const all = stream(semaphore, source(), fetchPage, one); //lock: works
  const all = await Promise.all([...source()].map(fetchPage)); //bare: works
  for await (const page of all) {
    ready -= 1;
    await sleep(1200); //: writes of page
    saved += 1; //: done of page
  }
}

let ready = 0, most = 0, saved = 0;

async function fetchPage(page) {
  await sleep(pages[page]); //: holds|works of page
  most = Math.max(most, ++ready);
  return page; //: ready of page
}`,
  shows: ['ready', 'most', 'saved'],
  judge: ({ most }) => ({
    isRight: Number(most) <= LIMIT + 1,
    text: `At most ${String(most)} finished pages were in memory.`,
  }),
};

export const mapAndStream: Kind = {
  name: 'map and stream',
  lock: 'Semaphore',
  fields: [],
  knobs: ['capacity'],
  stories: [readAhead, backpressure],
};
