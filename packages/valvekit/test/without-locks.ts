// Gives the program that imports it locks that admit everybody, in the place of our packages.
import { registerHooks } from 'node:module';

const url = new URL('open-locks.ts', import.meta.url).href;

registerHooks({
  resolve: (name, context, next) =>
    /^@?valvekit\b/.test(name) ? { url, format: 'module-typescript', shortCircuit: true } : next(name, context),
});
