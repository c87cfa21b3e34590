/** What was tried with a tool, and the error if it did not go well. */
export interface Tried {
  what: string;
  /** The package of the tool, if the program tries several. */
  tool?: string | undefined;
  /** The version of the tool, if it has no package of its own. */
  version?: string | undefined;
  error?: string | undefined;
}
