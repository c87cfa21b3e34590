import type { PermitOptions } from '@valvekit/core';
import { type AskingVerb, readWaitOptions, type Terms } from '@valvekit/core/line';
import type { Ask } from './tab-line.ts';

/** What knows how many permits a call takes. */
export interface Asked {
  permitsOf(options: PermitOptions | undefined): number;
}

/** How a call waits. A timeout of zero or less is kept apart: only the browser can tell whether a wait is needed. */
interface TabTerms extends Terms {
  readonly hurry?: number;
}

export type TabVerb = AskingVerb<Asked, Ask, PermitOptions>;

/** Makes the verb of a method. */
export function tabVerb(name: string, isTry = false): TabVerb {
  return {
    name,
    rank: 0,
    isBare: false,
    terms,
    request: (asked, options, { hurry }: TabTerms) => ({ permits: asked.permitsOf(options), hurry, isTry, locks: [] }),
  };
}

function terms(options: PermitOptions | undefined): TabTerms {
  const read = readWaitOptions(options);
  return read.timeout > 0 ? read : { ...read, timeout: Number.POSITIVE_INFINITY, hurry: read.timeout };
}
