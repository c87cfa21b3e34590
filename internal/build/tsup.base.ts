import { defineConfig } from 'tsup';

/** How every package is built: one ES module and one CommonJS file from src/index.ts, each with its own types. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  // Guard is a Disposable, which the library that a project compiles with may not know.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
  sourcemap: true,
  clean: true,
  target: 'es2022',
  platform: 'neutral',
});
