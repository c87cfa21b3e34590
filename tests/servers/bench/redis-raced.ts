import type { RedisServer } from '@valvekit-internal/servers/redis-server';
import type { Raced } from './race.ts';

/**
 * What Redis has been sent, and how long it took. What a script calls is counted by the server, too, so only the commands
 * tell that a contestant itself sends.
 */
export function redisRaced(server: RedisServer): Raced {
  return {
    port: server.port,
    async sent(contestant) {
      const stats = await server.info('commandstats');
      const own = /floor|redis-semaphore/.test(contestant) ? ['evalsha', 'eval', 'set'] : ['evalsha', 'eval'];
      let [calls, micros] = [0, 0];
      for (const [, command = '', n, usec] of stats.matchAll(/cmdstat_(\w+):calls=(\d+),usec=(\d+)/g)) {
        if (!own.includes(command)) continue;
        calls += Number(n);
        micros += Number(usec);
      }
      return { calls, micros };
    },
  };
}
