// Lets the program that imports it run in a time of its own, in which timers fire in their order however busy the
// machine is.
import { syncBuiltinESMExports } from 'node:module';
import { install } from '@sinonjs/fake-timers';

// Processes that the program starts have the time of the world: they talk to a server.
process.execArgv.splice(process.execArgv.indexOf('--import'), 2);

const { setInterval } = globalThis;
const clock = install({
  toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  shouldClearNativeTimers: true, // those of fetch
});
syncBuiltinESMExports();

function goOn(): void {
  if (clock.countTimers() > 0) clock.next();
}

setInterval(goOn, 1).unref(); // while something else keeps the process alive, such as a server
process.on('beforeExit', () => {
  if (clock.countTimers() === 0) return;
  goOn();
  setImmediate(() => {}); // keeps the process alive
});
