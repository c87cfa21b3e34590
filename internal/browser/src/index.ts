export { chromiumExecutable } from './chromium.ts';
export { launchBrowser, quietFlags } from './launch.ts';
export { serveFolder } from './serve-folder.ts';
