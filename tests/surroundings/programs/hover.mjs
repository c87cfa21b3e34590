// What an editor shows on hover, by TypeScript's language service on the shipped types.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import ts from 'typescript6';
import { check } from './check.mjs';

const file = join(import.meta.dirname, 'hover.ts');
const source = `
import * as kit from 'valvekit';
new kit.Mutex();
new kit.Semaphore();
new kit.ReadWriteLock();
new kit.Barrier(0);
new kit.ASemaphore();
new kit.KeyedLocks();
new kit.TimeoutError();
new kit.AbortError();
new kit.InvalidStateError();
const rw = new kit.ReadWriteLock();
const keyed = new kit.KeyedLocks();
rw.read.acquire();
rw.write.tryAcquire();
rw.upgradable.sandbox(() => {});
keyed.mutex('a').acquire();
new kit.Mutex().acquire({ timeout: 1 }).then((guard) => guard.release());
new kit.Semaphore().acquire({ permits: 1 });
new kit.Mutex().sandbox(() => {});
`;
const host = {
  getScriptFileNames: () => [file],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => ts.ScriptSnapshot.fromString(name === file ? source : ts.sys.readFile(name)),
  getCurrentDirectory: () => import.meta.dirname,
  getCompilationSettings: () => ({
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: [],
  }),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
};
const service = ts.createLanguageService(host);

/** What hovering over the last name of `code` shows: its text, and its tags. */
function hover(code) {
  const start = source.indexOf(code);
  assert.notEqual(start, -1, code);
  const info = service.getQuickInfoAtPosition(file, start + code.length - 1);
  const text = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map(({ name, text: parts }) => `@${name} ${ts.displayPartsToString(parts)}`);
  return `${text}\n${tags.join('\n')}`;
}

const classes = {
  'new kit.Mutex': /lock that only one caller/i,
  'new kit.Semaphore': /permits|at a time/i,
  'new kit.ReadWriteLock': /read/i,
  'new kit.Barrier': /wait|condition|value/i,
  'new kit.ASemaphore': /zero|count/i,
  'new kit.KeyedLocks': /key/i,
  'new kit.TimeoutError': /longer than/i,
  'new kit.AbortError': /cancel/i,
  'new kit.InvalidStateError': /state/i,
};
for (const [code, says] of Object.entries(classes)) {
  await check(`hover over ${code}: says what it is`, () => assert.match(hover(code), says));
}
for (const code of [
  'rw.read.acquire',
  "keyed.mutex('a').acquire",
  'new kit.Mutex().acquire',
  'new kit.Semaphore().acquire',
]) {
  await check(`hover over ${code}: order, giving up, errors, an example`, () => {
    const text = hover(code);
    for (const says of [
      /Order:|order/,
      /Cancellation:|gives up|timeout/i,
      /@throws/,
      /TimeoutError/,
      /signal\.reason/,
      /@example/,
    ]) {
      assert.match(text, says);
    }
  });
}
await check('hover over tryAcquire and sandbox', () => {
  assert.match(hover('rw.write.tryAcquire'), /if a\s+wait would be needed/);
  for (const code of ['rw.upgradable.sandbox', 'new kit.Mutex().sandbox']) {
    assert.match(hover(code), /releases the (hold|lock) when[\s\S]*Order, cancellation[\s\S]*@returns[\s\S]*@example/);
  }
});
await check('hover over release of a guard', () => assert.match(hover('guard.release'), /releases the hold/i));
