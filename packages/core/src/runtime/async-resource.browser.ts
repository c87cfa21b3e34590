/** Browsers have no async context of Node's. */
export function findResource(): undefined {}
