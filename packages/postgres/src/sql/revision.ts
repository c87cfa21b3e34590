/** Which texts these are: one more with every change of them, so that an older package never undoes a newer one. */
export const REVISION = 1;
