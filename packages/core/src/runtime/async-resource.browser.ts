/** Browsers have no async context of Node's. */
export const findResource = undefined as never;
