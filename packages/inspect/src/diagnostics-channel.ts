import { listen, type Sink, sink } from './listening.ts';
import type { Undo } from './undo.ts';

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

interface Runtime {
  process: { getBuiltinModule(name: string): { channel(name: string): Channel } };
}

let channels: Sink | undefined;

/**
 * Publishes each wait and each hold, once it has ended, to the channels `valvekit:wait` and `valvekit:hold` of
 * `node:diagnostics_channel`. A message is its entry, with a `duration` in milliseconds.
 *
 * @returns what ends it
 * @throws {Error} if the runtime has no diagnostics channels, as in browsers
 */
export function toDiagnosticsChannel(): Undo {
  channels ??= makeSink();
  return listen(channels);
}

function makeSink(): Sink {
  try {
    const { channel } = (globalThis as unknown as Runtime).process.getBuiltinModule('node:diagnostics_channel');
    const channels = { wait: channel('valvekit:wait'), hold: channel('valvekit:hold') };
    return sink((entry, start, end) => {
      const { hasSubscribers } = channels[entry.kind];
      if (hasSubscribers) channels[entry.kind].publish({ ...entry, duration: end - start });
    });
  } catch (cause) {
    throw new Error('toDiagnosticsChannel() needs node:diagnostics_channel, which this runtime lacks', { cause });
  }
}
