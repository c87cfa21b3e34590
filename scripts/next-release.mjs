/** What the pages describe until a release has this version. */
export const nextRelease = '1.0';

/**
 * Whether the pages are ahead of what npm serves. The release of 1.0 changes the version and writes them again.
 *
 * @param {string} version
 */
export function isAhead(version) {
  return version.startsWith('0.');
}
