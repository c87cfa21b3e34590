// Runs in each frame of the page about tabs, and is built apart from that page.
// #region program
import { TabLocks } from '@valvekit/tabs';

const locks = new TabLocks({ prefix: 'playground' });
const token = 'valvekit playground: token';

async function refreshOnce(tell: Tell): Promise<void> {
  tell({ status: 'waits', text: 'asks for the lock' });
  await locks.mutex('token').sandbox(
    async () => {
      tell({ status: 'holds', text: 'holds the lock' });
      await refreshIfExpired(tell);
    },
    { timeout: 10_000 },
  );
  tell({ status: 'done', text: 'has released the lock' });
}

async function refreshIfExpired(tell: Tell): Promise<void> {
  const known = localStorage.getItem(token);
  if (known !== null) {
    tell({ text: `finds the token of ${known}` });
    return;
  }
  tell({ text: 'finds no token, and fetches one' });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  localStorage.setItem(token, window.name);
  tell({ text: 'has stored a new token', hasRefreshed: true });
}
// #endregion program

async function refreshWithoutLock(tell: Tell): Promise<void> {
  tell({ status: 'works', text: 'asks nobody' });
  await refreshIfExpired(tell);
  tell({ status: 'done', text: 'is done' });
}

/** What the page hears of a frame. */
export interface News {
  readonly status?: 'waits' | 'holds' | 'works' | 'done' | 'failed';
  readonly text: string;
  readonly hasRefreshed?: boolean;
}
export type Tell = (news: News) => void;

/** The window of a frame, once it has loaded. */
export interface TokenWindow extends Window {
  ask(isWithout: boolean, tell: Tell): Promise<void>;
  expire(): void;
}

const program: Pick<TokenWindow, 'ask' | 'expire'> = {
  async ask(isWithout, tell) {
    try {
      await (isWithout ? refreshWithoutLock(tell) : refreshOnce(tell));
    } catch (error) {
      tell({ status: 'failed', text: String(error) });
    }
  },
  expire() {
    localStorage.removeItem(token);
  },
};
Object.assign(window, program);
