import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder of the repository. */
export const root: string = join(import.meta.dirname, '../../..');
const compiler = join(root, 'node_modules/typescript7/bin/tsc');
const slowMachine = pathToFileURL(join(import.meta.dirname, 'slow-machine.ts')).href;
const withoutLocks = pathToFileURL(join(import.meta.dirname, 'without-locks.ts')).href;

/** A fenced js or ts block of a Markdown file: a program of its own. */
export interface Block {
  file: string;
  /** The line of the file where its code begins. */
  line: number;
  isTypeScript: boolean;
  /** False if its fence says no-run. The types of ts blocks are checked even then. */
  isRun: boolean;
  /** Its fence says redis or postgres: it runs where there is such a server, in tests/servers. */
  server: 'redis' | 'postgres' | undefined;
  /** Its fence says tabs: it runs in a page, in tests/tabs. */
  needsBrowser: boolean;
  code: string;
  /** What it prints according to its comments: `// → value` or `// prints: value`. */
  expected: string[];
  /** What it would print if every lock admitted everybody, according to its comments: `// without the lock: value`, or `without the wait`. */
  expectedWithoutLock: string[];
}

const opening = /^( *)(`{3,})(?:(?:js|javascript|(ts|typescript))\b(.*))?/;
const SERVERS = ['redis', 'postgres'] as const;
const comment = /\/\/ (?:→|prints:) ?(.*)$/gm;
const wrong = /\/\/ without the (?:lock|wait): (.*)$/gm;

/** The sources, which have examples in their doc comments. */
export function sourceFiles(): string[] {
  return globSync('{packages/*,internal/template}/src/**/*.ts', { cwd: root }).map((file) =>
    file.replaceAll('\\', '/'),
  );
}

/** All Markdown files that are committed or will be. Change logs describe the past. */
export function markdownFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .filter((file) => !/(^|\/)(CHANGELOG\.md$|test\/fixtures\/)/.test(file));
}

/**
 * Makes a folder from which Node finds our packages by name, and from its folder `docs` what docs/ depends on, too: the
 * libraries to migrate from. Inside the umbrella's node_modules no other tool looks.
 */
export function makeFolder(): string {
  const cache = join(import.meta.dirname, '../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'docs-blocks-'));
  for (const manifest of globSync('{packages/*,internal/template}/package.json', { cwd: root })) {
    const { name } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as { name: string };
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, dirname(manifest)), link, 'junction');
  }
  mkdirSync(join(folder, 'docs'));
  symlinkSync(join(root, 'docs/node_modules'), join(folder, 'docs/node_modules'), 'junction');
  return folder;
}

/** The js and ts blocks of a Markdown text, or of the doc comments of a source. */
export function blocksOf(file: string, text: string): Block[] {
  const blocks: Block[] = [];
  const markdown = file.endsWith('.ts') ? text.replace(/^ *\* ?/gm, '') : text;
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
    const code = lines
      .slice(start, end)
      .map((line) => line.slice(indent.length))
      .join('\n');
    blocks.push({
      file,
      line: start + 1,
      isTypeScript: typeScript !== undefined,
      isRun: !info.split(' ').includes('no-run'),
      server: SERVERS.find((server) => info.split(' ').includes(server)),
      needsBrowser: info.split(' ').includes('tabs'),
      code,
      expected: Array.from(code.matchAll(comment), ([, text = '']) => text.trim()),
      expectedWithoutLock: Array.from(code.matchAll(wrong), ([, text = '']) => text.trim()),
    });
  }
  return blocks;
}

/**
 * Runs a block in a process of its own, as a slow machine does.
 *
 * @param folder - where to write it; its imports are resolved from there
 * @param flags - for Node
 * @param timeout - milliseconds after which it counts as stuck
 * @throws if it fails, or if its comments say what it prints and it prints something else
 */
export async function runBlock(
  block: Block,
  folder: string,
  flags: readonly string[],
  timeout = 10_000,
): Promise<void> {
  const place = placeOf(block);
  const program = join(folder, fileName(block, 'js'));
  const code = inItsLines(block);
  await writeFile(program, block.isTypeScript ? stripTypeScriptTypes(code) : code);

  const printed = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, ['--import', slowMachine, ...flags, program], { timeout }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${place} fails: ${stderr || error.message}`));
      else resolve(stdout.trimEnd());
    });
  });
  const expected = block.expected.join('\n');
  if (expected !== '' && printed !== expected) {
    throw new Error(`${place} prints\n${printed}\nbut says\n${expected}`);
  }
}

/**
 * Runs a block with locks that admit everybody.
 *
 * @param folder - where to write it
 * @throws if it prints something else than its comments say that it prints without the lock
 */
export function runWithoutLock(block: Block, folder: string): Promise<void> {
  const wronged = { ...block, file: `${block.file} without the lock`, expected: block.expectedWithoutLock };
  return runBlock(wronged, folder, ['--import', withoutLocks]);
}

/**
 * Checks the types of ts blocks, each as a module of its own, with one run of the compiler.
 *
 * @param folderOf - where to write a block; its imports are resolved from there
 * @param options - compiler options in addition to those of a strict project with the newest library
 * @returns the errors of the compiler
 */
export async function typeErrorsOf(
  blocks: readonly Block[],
  folderOf: (block: Block) => string,
  options: object,
): Promise<string> {
  const checked = blocks.filter(({ isTypeScript }) => isTypeScript);
  const [first] = checked;
  if (first === undefined) return '';
  const files = checked.map((block) => join(folderOf(block), fileName(block, 'ts')));
  await Promise.all(checked.map((block, index) => writeFile(files[index] as string, inItsLines(block))));

  const folder = await mkdtemp(join(folderOf(first), 'types-'));
  const project = join(folder, 'tsconfig.json');
  const compilerOptions = {
    target: 'ESNext',
    module: 'NodeNext',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    ...options,
  };
  await writeFile(project, JSON.stringify({ compilerOptions, files }));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [compiler, '--pretty', 'false', '-p', project],
      { cwd: folder },
      (error, stdout, stderr) => {
        resolve(error === null ? '' : stdout || stderr || error.message);
      },
    );
  });
}

function placeOf({ file, line }: Block): string {
  return `${file}:${line}`;
}

function fileName(block: Block, language: 'js' | 'ts'): string {
  const isCommonJs = /\brequire\(/.test(block.code) && !/^(import|export)\b/m.test(block.code);
  return `${placeOf(block).replace(/[^\w.]/g, '-')}.${isCommonJs ? 'c' : 'm'}${language}`;
}

// On the lines that it has in the file, so that errors name the right one.
function inItsLines({ line, code }: Block): string {
  return '\n'.repeat(line - 1) + code;
}
