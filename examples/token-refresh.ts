// Requests need an access token, which can be used only a few times. The first request that finds it used up fetches a
// new one; the mutex makes the others wait for that one instead of fetching their own.
import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from 'valvekit';
import { printed } from './stage.ts';

const usesPerToken = 8;

export async function main({ tick, watch, tell } = printed): Promise<void> {
  const mutex = new Mutex();
  let token = { name: 'no token', usesLeft: 0 };
  let fetches = 0;
  watch(mutex);

  async function fetchToken() {
    fetches++;
    tell('auth server', 'makes', `token ${fetches}`);
    await sleep(12 * tick);
    return { name: `token ${fetches}`, usesLeft: usesPerToken };
  }

  function request(who: string): Promise<string> {
    tell(who, 'asks', 'for a token');
    return mutex.sandbox(async () => {
      tell(who, 'holds', 'the mutex');
      // Checked while holding the lock: the previous holder may have fetched a token.
      if (token.usesLeft === 0) token = await fetchToken();
      token.usesLeft--;
      tell(who, 'leaves', `with ${token.name}`);
      return token.name;
    });
  }

  const requests: Promise<string>[] = [];
  for (let number = 1; number <= 20; number++) {
    requests.push(request(`request ${number}`));
    await sleep(2 * tick);
  }
  const names = await Promise.all(requests);
  tell(`${names.length} requests`, 'needed', `${fetches} tokens`);
}

if (import.meta.main) await main();
