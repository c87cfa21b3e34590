// A TypeDoc plugin that cuts the reference down to what people look up.
import { readFileSync } from 'node:fs';
import { Application, Converter, ReflectionKind, TypeScript } from 'typedoc';
import { MarkdownTheme } from 'typedoc-plugin-markdown';
import { ReferencePage } from './reference-page.ts';
import { sidebar } from './sidebar.ts';

/** Members that matter to tools only. */
const TOOLS = /^\[(?:toStringTag|inspect|nodejs\.util\.inspect\.custom)\]$|^\[?Symbol\(/;
const AUTHORS = 'core-line';

/** @param {import('typedoc-plugin-markdown').MarkdownApplication} app */
export function load(app) {
  const { converter, options, renderer } = app;
  converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kindOf(ReflectionKind.TypeAlias)) sources.set(reflection, sourceOf(context, reflection));
  });
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      // Named after the package, not its path.
      module.name = module.name.replace(/\/src(?:\/index)?(?=\/|$)/, '').replace('/', '-');
    }
    for (const reflection of Object.values(project.reflections)) {
      if (TOOLS.test(reflection.name)) project.removeReflection(reflection);
    }
  });
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    // Where a member comes from is of interest to those who build the packages.
    for (const reflection of Object.values(project.reflections)) {
      for (const from of ['implementationOf', 'inheritedFrom', 'overwrites', 'implementedTypes']) {
        if (from in reflection) reflection[from] = undefined;
      }
    }
  });
  renderer.defineTheme('reference', Reference);
  app.on(Application.EVENT_BOOTSTRAP_END, () => options.setValue('theme', 'reference'));
}

/** @type {import('./reference-page.ts').Sources} */
const sources = new WeakMap();

/**
 * A union too long for a line has one line for each of its types.
 *
 * @param {import('typedoc').Context} context
 * @param {import('typedoc').Reflection} alias
 */
function sourceOf(context, alias) {
  const declaration = context.getSymbolFromReflection(alias)?.declarations?.find(TypeScript.isTypeAliasDeclaration);
  const text = declaration.getText().replace(/^export /, '');
  if (text.length <= 80 || !TypeScript.isUnionTypeNode(declaration.type)) return text;
  const types = declaration.type.types.map((type) => `\n  | ${type.getText()}`);
  return `${text.replace(/=.*/s, '=')}${types.join('')};`;
}

class Reference extends MarkdownTheme {
  /** @override @param {import('typedoc-plugin-markdown').MarkdownPageEvent} page */
  render(page) {
    const name = page.url.replace(/\.md$/, '');
    if (name === 'index') return index();
    const members = new ReferencePage(this.getRenderContext(page), sources).write(page.model);
    return `${titleOf(name)}\n\n${members}\n`;
  }
}

/** @param {string} name */
function packageOf(name) {
  const { name: title, description } = JSON.parse(
    readFileSync(new URL(`../../packages/${name}/package.json`, import.meta.url), 'utf8'),
  );
  return { title, description };
}

function index() {
  const rows = packages().map((name) => {
    const { title, description } = packageOf(name);
    return `| [\`${title}\`](${name}.md) | ${description} |`;
  });
  return `# API reference

Everything that each package exports, from its doc comments. To learn how to use it, start with the
[guide](../guide/getting-started.md).

| package | what it is |
| --- | --- |
${rows.join('\n')}

To build a primitive of your own, there is a second entry, [\`@valvekit/core/line\`](core-line.md).
`;
}

/** In the order in which people need them. */
function packages() {
  const [{ items }] = sidebar['/api/'];
  return items.map(({ link }) => link.replace('/api/', '')).filter((name) => name !== '');
}

/** @param {string} name */
function titleOf(name) {
  const isForAuthors = name === AUTHORS;
  const { title, description } = packageOf(isForAuthors ? 'core' : name);
  const lead = isForAuthors
    ? 'For authors of primitives: the line of waiters and what hangs on it. [Build your own](../guide/build-your-own.md) shows how to use it. Everyone else can do without.'
    : `${description} [How to use it](../packages/${name}.md).`;
  return `# ${isForAuthors ? '@valvekit/core/line' : title}\n\n${lead}`;
}
