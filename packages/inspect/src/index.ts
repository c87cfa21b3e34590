export { toDiagnosticsChannel } from './diagnostics-channel.ts';
export type { Entry, Report, WatchOptions } from './contract.ts';
export { toPerformance } from './performance.ts';
export { snapshot } from './snapshot.ts';
export type { Undo } from './undo.ts';
export { type LockClass, type Watchable, watch } from './watch.ts';
