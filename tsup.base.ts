import { defineConfig } from 'tsup';

/** How every package is built: one ES module and one CommonJS file from src/index.ts, each with its own types. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  platform: 'neutral',
});
