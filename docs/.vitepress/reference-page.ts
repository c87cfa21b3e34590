import {
  type Comment,
  type CommentTag,
  type DeclarationReflection,
  makeRecursiveVisitor,
  type ParameterReflection,
  type Reflection,
  ReflectionKind,
  ReflectionType,
  type SignatureReflection,
  type SomeType,
  type TypeParameterReflection,
  UnionType,
} from 'typedoc';
import type { MarkdownThemeContext } from 'typedoc-plugin-markdown';
import {
  functionOf,
  memberText,
  modifiers,
  nameOf,
  optional,
  parameterName,
  parametersOf,
  signatureText,
  textOf,
  titleOf,
  typeParameterText,
} from './reference-text.ts';

/** The source texts of type aliases: TypeDoc keeps no order, no brackets and no names of what it has resolved. */
export type Sources = WeakMap<Reflection, string>;

const FORMS = ['First', 'Second', 'Third', 'Fourth'];
/** What is said of an error that is a sentence with its name: "throws `TypeError` if …". */
const CONTINUES = /^(?:as|if|on|outside|unless|where) /;
const { Class, Interface, Accessor, Variable, TypeParameter } = ReflectionKind;

/** Writes the members of a package, for somebody who looks one up. */
export class ReferencePage {
  readonly #context: MarkdownThemeContext;
  readonly #sources: Sources;

  constructor(context: MarkdownThemeContext, sources: Sources) {
    this.#context = context;
    this.#sources = sources;
  }

  write(module: DeclarationReflection): string {
    const members = module.children ?? [];
    const own = members.filter((member) => !member.isReference());
    const elsewhere = members.filter((member) => member.isReference());
    const sections = own
      .filter((member) => !(member.kind === Variable && namesakes(member, own).length > 1))
      .map((member) => this.#section(member, namesakes(member, own)));
    if (elsewhere.length > 0)
      sections.push(own.length === 0 ? '## Exports' : '## Also exported', this.#links(elsewhere));
    return sections.join('\n\n');
  }

  /** A class of errors is an interface and a variable: the variable says more, and is what is exported again. */
  #section(member: DeclarationReflection, all: DeclarationReflection[]): string {
    const comment = all.find(({ kind }) => kind === Variable)?.comment ?? member.comment;
    return paragraphs(
      all.map((one) => this.#anchor(one)).join(''),
      `## ${titleOf(member)}`,
      member.kindOf([Class, Interface]) ? this.#type(member, comment) : this.#member(member, 3),
    );
  }

  #type(member: DeclarationReflection, comment = member.comment): string {
    return paragraphs(
      this.#source(member),
      this.#text(comment?.summary),
      this.#ancestors('Extends', member.extendedTypes),
      this.#ancestors('Extended by', member.extendedBy),
      list(
        (member.typeParameters ?? [])
          .filter(({ type, default: fallback, comment }) => type ?? fallback ?? comment)
          .map((parameter) => `type parameter ${this.#typeParameter(parameter)}`),
      ),
      this.#tags(comment?.blockTags, 3),
      ...(member.groups ?? []).map(({ title, children }) =>
        paragraphs(heading(3, title), ...children.map((child) => this.#titled(child as DeclarationReflection))),
      ),
    );
  }

  #titled(member: DeclarationReflection): string {
    return paragraphs(this.#anchor(member), `#### ${titleOf(member)}`, this.#member(member, 5));
  }

  #member(member: DeclarationReflection, level: number): string {
    if (member.signatures !== undefined) return this.#forms(member.signatures, level);
    if (member.kind === Accessor) return this.#accessor(member, level);
    const parameters = functionOf(member.type)?.parameters ?? [];
    return paragraphs(
      code(this.#sources.get(member) ?? `${memberText(member)};`),
      this.#source(member),
      this.#text(member.comment?.summary),
      list([
        ...this.#typeParameters(member.typeParameters),
        ...parameters.flatMap((parameter) => this.#parameter([parameter], true)),
        ...this.#children(member.type),
      ]),
      this.#tags(member.comment?.blockTags, level),
    );
  }

  #accessor(member: DeclarationReflection, level: number): string {
    const { getSignature, setSignature } = member;
    const signature = getSignature ?? setSignature;
    return paragraphs(
      code(
        getSignature && `${modifiers(member)}get ${getSignature.name}(): ${textOf(getSignature.type)};`,
        setSignature && `${modifiers(member)}set ${setSignature.name}(${parametersOf(setSignature).join(', ')});`,
      ),
      this.#source(signature),
      this.#text(signature?.comment?.summary),
      list(this.#outcomes(signature === undefined ? [] : [signature])),
      this.#tags(signature?.comment?.blockTags, level),
    );
  }

  /** Signatures that say the same are one form. */
  #forms(signatures: SignatureReflection[], level: number): string {
    const forms = Map.groupBy(signatures, ({ comment }) => this.#said(comment));
    const texts = [...forms.values()].map((form, index) =>
      paragraphs(
        index === 0 ? '' : heading(level, `${FORMS[index]} form`),
        code(...form.map((signature) => signatureText(signature, signatures.length > 1))),
        this.#form(form, level),
      ),
    );
    return paragraphs(...texts);
  }

  #form(form: SignatureReflection[], level: number): string {
    const [first] = form;
    const parameters = Map.groupBy(
      form.flatMap((signature) => signature.parameters ?? []),
      ({ name }) => name,
    );
    return paragraphs(
      this.#source(first),
      this.#text(first?.comment?.summary),
      list([
        ...this.#typeParameters(first?.typeParameters),
        ...[...parameters.values()].flatMap((same) => this.#parameter(same)),
        ...this.#outcomes(form),
      ]),
      this.#tags(first?.comment?.blockTags, level),
    );
  }

  /** A parameter, as the signatures of one form have it. */
  #parameter(same: ParameterReflection[], isInCode = false): string[] {
    const [first] = same;
    if (first === undefined) return [];
    const what = this.#text(same.find(({ comment }) => comment !== undefined)?.comment?.summary);
    // The code has the type already.
    if (isInCode && what === '' && this.#target(first.type) === undefined) return [];
    return [
      `\`${parameterName(first)}\` ${this.#either(same.map(({ type }) => type))}${said(defaultOf(first), what)}`,
      ...this.#children(first.type),
    ];
  }

  /** What the members of an object type have to say. */
  #children(type: SomeType | undefined): string[] {
    if (!(type instanceof ReflectionType)) return [];
    return (type.declaration.children ?? [])
      .filter(({ comment }) => comment !== undefined)
      .map(
        (child) =>
          `\`${nameOf(child)}${optional(child)}\` ${this.#typeText(child.type)}${said(this.#text(child.comment?.summary))}`,
      );
  }

  /** What type parameters have to say: the code has the rest. */
  #typeParameters(parameters: readonly TypeParameterReflection[] = []): string[] {
    return parameters.filter(({ comment }) => comment !== undefined).map((parameter) => this.#typeParameter(parameter));
  }

  #typeParameter(parameter: TypeParameterReflection): string {
    const { type, default: fallback, comment } = parameter;
    return `${this.#linked(typeParameterText(parameter), type ?? fallback)}${said(this.#text(comment?.summary))}`;
  }

  #outcomes(form: SignatureReflection[]): string[] {
    const { blockTags = [] } = form[0]?.comment ?? {};
    return blockTags.flatMap((tag) => {
      const what = this.#text(tag.content);
      if (tag.tag === '@returns') return [`returns ${this.#either(form.map(({ type }) => type))}: ${what}`];
      return tag.tag === '@throws' ? [`throws ${thrown(tag, what)}`] : [];
    });
  }

  #tags(tags: CommentTag[] = [], level: number): string {
    const others = tags.filter(({ tag }) => tag !== '@returns' && tag !== '@throws');
    return paragraphs(
      ...others.map(({ tag, content }) => {
        if (tag !== '@example') throw new Error(`The reference has no place for ${tag}`);
        return paragraphs(heading(level, 'Example'), this.#context.helpers.getCommentParts(content));
      }),
    );
  }

  /** Those of TypeScript and of our own: others are of interest to those who build the packages. */
  #ancestors(relation: string, types: SomeType[] = []): string {
    const known = types.filter(
      (type) => this.#target(type) !== undefined || (type.type === 'reference' && type.package === 'typescript'),
    );
    return known.length === 0 ? '' : `${relation} ${known.map((type) => this.#typeText(type)).join(', ')}.`;
  }

  #links(references: DeclarationReflection[]): string {
    const groups = Map.groupBy(references, (reference) => this.#groupOf(targetOf(reference)));
    return list(
      ['Classes', 'Functions', 'Types', 'Errors', 'Values'].flatMap((group) => {
        const links = groups
          .get(group)
          ?.map((reference) => `[${reference.name}](${this.#context.urlTo(targetOf(reference))})`);
        return links === undefined ? [] : [`${group}: ${links.join(' · ')}`];
      }),
    );
  }

  #groupOf(target: Reflection): string {
    if (target.kindOf(Variable)) return target.name.endsWith('Error') ? 'Errors' : 'Values';
    if (target.kindOf(Class)) return 'Classes';
    return target.kindOf(ReflectionKind.Function) ? 'Functions' : 'Types';
  }

  #either(types: (SomeType | undefined)[]): string {
    return either([...new Set(types.map((type) => this.#typeText(type)))]);
  }

  #typeText(type: SomeType | undefined): string {
    // Each of several types has a page of its own to lead to.
    if (type instanceof UnionType && type.types.every((one) => this.#target(one) !== undefined)) {
      return this.#either(type.types);
    }
    return this.#linked(textOf(type), type);
  }

  #linked(text: string, type: SomeType | undefined): string {
    const target = this.#target(type);
    return target === undefined ? `\`${text}\`` : `[\`${text}\`](${target})`;
  }

  /** Where the first of the names in a type leads, if any is one of ours. */
  #target(type: SomeType | undefined): string | undefined {
    let target: string | undefined;
    type?.visit(
      makeRecursiveVisitor({
        reference: ({ reflection }) => {
          if (reflection === undefined || reflection.kindOf(TypeParameter)) return;
          if (this.#context.router.hasUrl(reflection)) target ??= this.#context.urlTo(reflection);
        },
      }),
    );
    return target;
  }

  #anchor(member: Reflection): string {
    return `<a id="${this.#context.router.getAnchor(member)}"></a>`;
  }

  #source(member: DeclarationReflection | SignatureReflection | undefined): string {
    const url = member?.sources?.[0]?.url;
    return url === undefined ? '' : `[source](${url}){.source}`;
  }

  #said(comment: Comment | undefined): string {
    const tags = comment?.blockTags.map(({ tag, typeAnnotation, content }) => [
      tag,
      typeAnnotation,
      this.#text(content),
    ]);
    return JSON.stringify([this.#text(comment?.summary), tags]);
  }

  #text(parts: CommentTag['content'] | undefined): string {
    return parts === undefined ? '' : this.#context.helpers.getCommentParts(parts).trim();
  }
}

function namesakes(member: DeclarationReflection, members: DeclarationReflection[]): DeclarationReflection[] {
  return members.filter(({ name }) => name === member.name);
}

function targetOf(reference: DeclarationReflection): Reflection {
  return reference.isReference() ? reference.getTargetReflectionDeep() : reference;
}

function defaultOf({ defaultValue }: ParameterReflection): string {
  return defaultValue === undefined || /^(?:undefined|\{\}|\.\.\.)$/.test(defaultValue)
    ? ''
    : `default \`${defaultValue}\``;
}

function thrown({ typeAnnotation }: CommentTag, what: string): string {
  if (typeAnnotation === undefined) return what;
  const classes = typeAnnotation.replace(/^\{(.*)\}$/, '$1').split(' | ');
  return `${either(classes.map((name) => `\`${name}\``))}${CONTINUES.test(what) ? '' : ':'} ${what}`;
}

function either(options: string[]): string {
  const last = options.at(-1) ?? '';
  return options.length < 2 ? last : `${options.slice(0, -1).join(', ')} or ${last}`;
}

/** What follows the name and the type in a line of a list. */
function said(...parts: string[]): string {
  const [first, ...others] = parts.filter((part) => part !== '');
  return first === undefined ? '' : `: ${[first, ...others].join('; ')}`;
}

/** Each item in one line: a list with longer ones is set with gaps. */
function list(items: string[]): string {
  return items.map((item) => `- ${item.replaceAll(/\s*\n\s*/g, ' ')}`).join('\n');
}

function code(...signatures: (string | undefined)[]): string {
  return `\`\`\`ts\n${signatures.filter((text) => text !== undefined).join('\n')}\n\`\`\``;
}

/** A heading that is in no outline, and no section of its own in the search: it has no name. */
function heading(level: number, text: string): string {
  return `<h${level}>${text}</h${level}>`;
}

function paragraphs(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
