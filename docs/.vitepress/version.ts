import { version } from '../../packages/valvekit/package.json';
import { isAhead, nextRelease } from '../../scripts/next-release.mjs';

/** What npm serves. */
export const released: string = version;
export const isNext: boolean = isAhead(version);
/** What the site describes. */
export const described: string = isNext ? nextRelease : version;
