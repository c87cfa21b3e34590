import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LastSeen, type Sent, type Stage } from '../stage.ts';

/** Plays an example that starts processes and a server. It is one itself, so that it can end them whatever happens here. */
export async function playInOwnProcess(file: string, stage: Stage): Promise<void> {
  const child = fork(join(import.meta.dirname, '..', file), [`--tick=${stage.tick}`]);
  child.on('message', (news: Sent) => {
    if ('told' in news) return stage.tell(...news.told);
    const { holder, until, waiting } = news.seen;
    stage.watch(new LastSeen(holder, until, waiting));
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
}
