// Declarations, as one would write them in TypeScript.
import {
  type DeclarationReflection,
  type ParameterReflection,
  type Reflection,
  ReflectionKind,
  ReflectionType,
  type SignatureReflection,
  type SomeType,
  TypeContext,
  type TypeParameterReflection,
} from 'typedoc';

const LINE = 80;
const { Constructor, ConstructorSignature, Variable } = ReflectionKind;

// TypeDoc leaves out `...` and `readonly`.
Object.assign(ReflectionType.prototype, {
  getTypeString(this: ReflectionType) {
    const { signatures: [signature] = [], children = [] } = this.declaration;
    if (signature !== undefined && children.length === 0) return functionText(signature);
    return children.length === 0 ? '{}' : `{ ${children.map(memberText).join('; ')} }`;
  },
});

export function titleOf(member: DeclarationReflection): string {
  const name = nameOf(member).replaceAll(/[[\]_]/g, '\\$&');
  if (member.kind === Constructor) return `new ${member.parent?.name}()`;
  return `${name}${optional(member)}${member.signatures === undefined ? '' : '()'}`;
}

/** As one would write it: TypeDoc's name of a symbol of JavaScript lacks `Symbol`. */
export function nameOf({ name }: Reflection): string {
  return name.replace(/^\[((?:asyncD|d)ispose|(?:asyncI|i)terator)\]$/, '[Symbol.$1]');
}

export function modifiers({ flags, kind }: Reflection): string {
  if (kind === Variable) return 'const ';
  return `${flags.isProtected ? 'protected ' : ''}${flags.isStatic ? 'static ' : ''}${flags.isReadonly ? 'readonly ' : ''}`;
}

export function optional(member: DeclarationReflection | ParameterReflection): string {
  const canBeLeftOut = member.flags.isOptional || (member.isParameter() && member.defaultValue !== undefined);
  return canBeLeftOut ? '?' : '';
}

export function functionOf(type: SomeType | undefined): SignatureReflection | undefined {
  return type instanceof ReflectionType ? type.declaration.signatures?.[0] : undefined;
}

export function textOf(type: SomeType | undefined, where: TypeContext = TypeContext.none): string {
  return type === undefined ? 'any' : type.stringify(where).replaceAll('"', "'");
}

export function typeParameterText({ name, type, default: fallback }: TypeParameterReflection): string {
  return `${name}${type === undefined ? '' : ` extends ${textOf(type)}`}${fallback === undefined ? '' : ` = ${textOf(fallback)}`}`;
}

export function signatureText(signature: SignatureReflection, hasTypes: boolean): string {
  const parameters = parametersOf(signature, hasTypes);
  const start = `${beginningOf(signature)}${genericOf(signature)}(`;
  const end = signature.kindOf(ConstructorSignature) ? ');' : `): ${textOf(signature.type)};`;
  const line = `${start}${parameters.join(', ')}${end}`;
  if (line.length <= LINE) return line;
  const members = signature.type instanceof ReflectionType ? signature.type.declaration.children : undefined;
  if (members !== undefined) {
    return `${start}${parameters.join(', ')}): {\n${members.map((member) => `  ${memberText(member)};\n`).join('')}};`;
  }
  return `${start}\n${parameters.map((text) => `  ${text},\n`).join('')}${end}`;
}

function beginningOf({ parent, kind, name }: SignatureReflection): string {
  if (kind === ConstructorSignature) return `new ${parent.parent?.name}`;
  return parent.kindOf(ReflectionKind.Function)
    ? `function ${name}`
    : `${modifiers(parent)}${nameOf(parent)}${optional(parent)}`;
}

function genericOf({ typeParameters = [], kind }: SignatureReflection): string {
  // The types of a class are told with the class.
  if (kind === ConstructorSignature || typeParameters.length === 0) return '';
  const texts = typeParameters.map(typeParameterText);
  const line = `<${texts.join(', ')}>`;
  return line.length <= LINE ? line : `<\n${texts.map((text) => `  ${text},\n`).join('')}>`;
}

function functionText(signature: SignatureReflection): string {
  return `${genericOf(signature)}(${parametersOf(signature).join(', ')}) => ${textOf(signature.type)}`;
}

/** A member of an object type. */
export function memberText(member: DeclarationReflection): string {
  const [signature] = member.signatures ?? [];
  if (signature !== undefined) return signatureText(signature, true).slice(0, -1);
  return `${modifiers(member)}${nameOf(member)}${optional(member)}: ${textOf(member.type)}`;
}

export function parametersOf({ parameters = [] }: SignatureReflection, hasTypes = true): string[] {
  return parameters.map((parameter) => `${parameterName(parameter)}${hasTypes ? `: ${textOf(parameter.type)}` : ''}`);
}

export function parameterName(parameter: ParameterReflection): string {
  return `${parameter.flags.isRest ? '...' : ''}${parameter.name}${optional(parameter)}`;
}
