import { explore } from './src/model/explore.ts';
import { scripts } from '../../packages/redis/src/lua/scripts.ts';
const p = { ask: scripts.ask.text, release: scripts.release.text, renew: scripts.renew.text, checksDeadline: true, capacity: 1, permits: [1, 1], isCluster: false };
const budgets = JSON.parse(process.argv[2]);
console.time('t'); console.log(explore({ ...p, ...(process.argv[3] ? JSON.parse(process.argv[3]) : {}) }, budgets, Number(process.argv[4] ?? 400000))); console.timeEnd('t');
