// Makes CommonJS libraries that re-export valvekit, as compilers write them, and prints their files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import swc from '@swc/core';
import * as esbuild from 'esbuild';
import ts from 'typescript5.9';

const sources = { all: "export * from 'valvekit';", names: "export { Mutex, Mutex as Lock2 } from 'valvekit';" };
const commonjs = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
// Without the annotation, Node finds no names in the output of SWC, whatever it re-exports.
const swcModule = { type: 'commonjs', exportInteropAnnotation: true };
const compilers = {
  tsc: (source) => ts.transpileModule(source, { compilerOptions: commonjs }).outputText,
  esbuild: (source) => esbuild.transformSync(source, { format: 'cjs', platform: 'node' }).code,
  SWC: (source) => swc.transformSync(source, { swcrc: false, module: swcModule, jsc: { target: 'es2022' } }).code,
  'by hand': () => "module.exports = require('valvekit');",
};
for (const [compiler, compile] of Object.entries(compilers)) {
  for (const [kind, source] of Object.entries(sources)) {
    writeFileSync(join(import.meta.dirname, `library-${kind}-${compiler.replace(' ', '-')}.cjs`), compile(source));
  }
}
