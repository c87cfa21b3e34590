/**
 * The browser's locks.
 *
 * @throws where there are none, or none that can be trusted
 */
export function webLocks(acceptsNode = false): LockManager {
  const { locks, userAgent }: Partial<Navigator> = globalThis.navigator ?? {};
  if (!locks) {
    throw new Error(
      'navigator.locks is missing: it needs a secure context (HTTPS or localhost), and a browser of 2022 or later',
    );
  }
  if (!acceptsNode && userAgent?.startsWith('Node.js')) {
    throw new Error('The Web Locks of Node.js have been seen to admit two holders');
  }
  return locks;
}
