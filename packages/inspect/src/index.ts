export { toDiagnosticsChannel } from './diagnostics-channel.ts';
export type { Entry } from './entry.ts';
export { toPerformance } from './performance.ts';
export type { Report } from './report.ts';
export type { WatchOptions } from './settings.ts';
export { snapshot } from './snapshot.ts';
export type { Undo } from './undo.ts';
export { type LockClass, type Watchable, watch } from './watch.ts';
