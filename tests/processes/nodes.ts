import { nodeOnPath, versionOf } from '../runtimes/node-on-path.ts';

/** The Node that runs the tests, and the machine's own if it is a different version. */
export const nodes: { version: string; node: string }[] = [process.execPath, nodeOnPath() ?? process.execPath]
  .map((node) => ({ version: versionOf(node) ?? 'unknown', node }))
  .filter(({ version }, index, all) => all.findIndex((other) => other.version === version) === index);
