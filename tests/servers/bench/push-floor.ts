import { Redis } from 'ioredis';
import { median } from './race.ts';

/** From a command of one connection to the message that another one hears, the median, in milliseconds. */
export async function pushFloor(port: number): Promise<number> {
  const [sender, listener] = [new Redis({ port, host: '127.0.0.1' }), new Redis({ port, host: '127.0.0.1' })];
  await listener.subscribe('floor');
  const times: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const start = performance.now();
    const heard = new Promise((resolve) => void listener.once('message', resolve));
    await Promise.all([sender.publish('floor', 'x'), heard]);
    times.push(performance.now() - start);
  }
  sender.disconnect();
  listener.disconnect();
  return median(times);
}
