import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

/** A fenced js or ts block of a Markdown file: a program of its own. */
export interface Block {
  file: string;
  /** The line of the file where its code begins. */
  line: number;
  isTypeScript: boolean;
  /** Not so if its fence says no-run, as those do that show a signature. */
  isRun: boolean;
  code: string;
  /** What it says that it prints, in its comments: `// → value` or `// prints: value`. */
  expected: string[];
}

const opening = /^( *)(`{3,})(?:(?:js|javascript|(ts|typescript))\b(.*))?/;
const comment = /\/\/ (?:→|prints:) ?(.*)$/gm;

/** The js and ts blocks of a Markdown text. */
export function blocksOf(file: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const fence = opening.exec(lines[index] as string);
    if (!fence) continue;
    const [, indent = '', ticks = '', typeScript, info] = fence;
    const start = index + 1;
    const end = lines.indexOf(indent + ticks, start);
    if (end === -1) throw new Error(`${file}:${start} opens a block that does not end`);
    index = end;
    if (info === undefined) continue; // Neither js nor ts.
    const code = lines.slice(start, end).map((line) => line.slice(indent.length));
    blocks.push({
      file,
      line: start + 1,
      isTypeScript: typeScript !== undefined,
      isRun: !info.split(' ').includes('no-run'),
      code: code.join('\n'),
      expected: [...code.join('\n').matchAll(comment)].map(([, text = '']) => text.trim()),
    });
  }
  return blocks;
}

/**
 * Runs a block in a process of its own.
 *
 * @param folder - where to write it; from there its imports are found
 * @param flags - for Node
 * @throws if it fails, or prints something else than its comments say, if they say anything
 */
export async function runBlock(block: Block, folder: string, flags: readonly string[]): Promise<void> {
  const place = `${block.file}:${block.line}`;
  const isCommonJs = /\brequire\(/.test(block.code) && !/^(import|export)\b/m.test(block.code);
  const program = join(folder, `${place.replace(/[^\w.]/g, '-')}.${isCommonJs ? 'cjs' : 'mjs'}`);
  // Line by line where it is in the file, so that stack traces tell the right one.
  const code = '\n'.repeat(block.line - 1) + block.code;
  await writeFile(program, block.isTypeScript ? stripTypeScriptTypes(code) : code);

  const printed = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [...flags, program], { timeout: 10_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${place} fails: ${stderr || error.message}`));
      else resolve(stdout.trimEnd());
    });
  });
  const expected = block.expected.join('\n');
  if (expected !== '' && printed !== expected) {
    throw new Error(`${place} prints\n${printed}\nbut says\n${expected}`);
  }
}
