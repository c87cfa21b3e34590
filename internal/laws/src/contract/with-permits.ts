/** The same options, but for so many permits. Bad options stay as bad, and each option is still read once. */
export function withPermits<Options extends object>(
  options: Options | undefined,
  permits: number,
): Options & { permits: number } {
  if (options !== undefined && (typeof options !== 'object' || options === null)) return options;
  return Object.create(options ?? Object.prototype, { permits: { value: permits } });
}
