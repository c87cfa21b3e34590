/** A server that a test has started. */
interface Server {
  /** Ends it without waiting, and removes its data. */
  clear(): void;
}

// A server would go on without its parent.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const running = new Set<Server>();

/** From now on, the server ends with this process, also if a suite fails before it could say how to end. */
export function began(server: Server): void {
  if (running.size === 0) {
    process.once('exit', clearAll);
    for (const signal of SIGNALS) process.once(signal, leave);
  }
  running.add(server);
}

/** It has ended by itself. */
export function ended(server: Server): void {
  running.delete(server);
  if (running.size > 0) return;
  process.off('exit', clearAll);
  for (const signal of SIGNALS) process.off(signal, leave);
}

function leave(): void {
  process.exit(1);
}

function clearAll(): void {
  for (const server of running) server.clear();
}
