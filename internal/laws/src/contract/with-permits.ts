/** The same options with `permits`. Bad options stay bad, and each option is still read once. */
export function withPermits<Options extends object>(
  options: Options | undefined,
  permits: number,
): Options & { permits: number } {
  if (options !== undefined && (typeof options !== 'object' || options === null)) return options;
  return Object.create(options ?? Object.prototype, { permits: { value: permits } });
}
