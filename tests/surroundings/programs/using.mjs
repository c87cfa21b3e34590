// Compiles using.ts with each compiler. Prints what to run: using-run.mjs runs each of them without Symbol.dispose.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformAsync } from '@babel/core';
import explicitResources from '@babel/plugin-transform-explicit-resource-management';
import presetEnv from '@babel/preset-env';
import swc from '@swc/core';
import * as esbuild from 'esbuild';
import * as ts52 from 'typescript5.2';
import * as ts59 from 'typescript5.9';
import * as ts6 from 'typescript6';

const here = import.meta.dirname;
const source = readFileSync(join(here, 'using.ts'), 'utf8');
const withTsc = ({ default: { transpileModule, ScriptTarget, ModuleKind } }) =>
  transpileModule(source, { compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext } }).outputText;
// Babel has no types to remove: TypeScript does that, and leaves `using` alone.
const plain = ts59.default.transpileModule(source, {
  compilerOptions: { target: ts59.default.ScriptTarget.ESNext, module: ts59.default.ModuleKind.ESNext },
}).outputText;
const quiet = { configFile: false, babelrc: false };

const outputs = {
  'tsc 5.2': withTsc(ts52),
  'tsc 5.9': withTsc(ts59),
  'tsc 6': withTsc(ts6),
  esbuild: (await esbuild.transform(source, { loader: 'ts', target: 'es2022' })).code,
  SWC: (
    await swc.transform(source, {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript', explicitResourceManagement: true } },
    })
  ).code,
  Babel: (await transformAsync(plain, { ...quiet, plugins: [explicitResources] })).code,
  'Babel preset-env': (
    await transformAsync(plain, { ...quiet, presets: [[presetEnv, { targets: 'node 20', modules: false }]] })
  ).code,
};
for (const [compiler, code] of Object.entries(outputs)) {
  const name = `using-${compiler.replace(/\W+/g, '-')}.mjs`;
  writeFileSync(join(here, name), code);
  console.log(JSON.stringify({ compiler, name, using: /\busing guard\b/.test(code) }));
}
