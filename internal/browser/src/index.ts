export { chromiumExecutable } from './chromium.ts';
export { type CdpPage, ChromiumOverCdp, callOf } from './chromium-over-cdp.ts';
export { launchBrowser, launchBrowserIfThere, quietFlags } from './launch.ts';
export { serveFolder } from './serve-folder.ts';
