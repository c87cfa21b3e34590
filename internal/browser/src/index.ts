export { chromiumExecutable } from './chromium.ts';
export { launchBrowser } from './launch.ts';
export { serveFolder } from './serve-folder.ts';
