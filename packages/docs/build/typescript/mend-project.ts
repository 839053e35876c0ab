import {
  type DeclarationReflection,
  type ParameterReflection,
  type ProjectReflection,
  ReflectionKind,
  ReflectionType,
  type SignatureReflection,
  type SomeType,
  UnknownType,
} from 'typedoc';

/** Types of whole documents, which have references of their own. */
const ofDocuments = new Set(['paths', 'components', 'operations', 'webhooks', '$defs', 'document']);

/** Turns what typedoc has read into what a reader needs: nothing twice, and everything with its name. */
export function mendProject(project: ProjectReflection): void {
  for (const module of project.getReflectionsByKind(ReflectionKind.Module) as DeclarationReflection[]) {
    for (const child of unwanted(module)) project.removeReflection(child);
    for (const reflection of [module, ...(module.children ?? [])]) forgetRemoved(reflection);
  }
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter) as ParameterReflection[]) {
    if (parameter.name === '__namedParameters') parameter.name = nameOfType(parameter.type);
  }
  for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) {
    const { type, comment } = reflection as DeclarationReflection | SignatureReflection;
    const platformType = nameInPlatform(project, type);
    if (platformType) Object.assign(reflection, { type: new UnknownType(platformType) });
    for (const tag of comment?.blockTags ?? []) {
      const error = /^\{?(\w+)\}?$/.exec(tag.typeAnnotation ?? '')?.[1];
      if (tag.tag === '@throws' && error) tag.content.unshift({ kind: 'code', text: `\`${error}\`` }, ...blank);
    }
    // A property of one value only, such as the name of an error, has it already as its type.
    if (type?.type === 'literal') Object.assign(reflection, { defaultValue: undefined });
    // That an error has a name and a constructor of its own is no news.
    Object.assign(reflection, { overwrites: undefined });
  }
}

const blank = [{ kind: 'text', text: ' ' }] as const;

/** Returns what would be repeated in each class that extends another, and the types of whole documents. */
function unwanted(module: DeclarationReflection): DeclarationReflection[] {
  const children = module.children ?? [];
  const inherited = children.flatMap((child) => (child.children ?? []).filter(({ inheritedFrom }) => inheritedFrom));
  return [...children.filter(({ name }) => ofDocuments.has(name)), ...inherited];
}

/** The groups of a page were made before, and would show what has gone. */
function forgetRemoved(reflection: DeclarationReflection): void {
  const left = new Set<unknown>(reflection.children);
  for (const group of reflection.groups ?? []) {
    group.children = group.children.filter((child) => child.variant !== 'declaration' || left.has(child));
  }
  const groups = reflection.groups?.filter(({ children }) => children.length > 0);
  if (groups) reflection.groups = groups;
}

/** Returns what a parameter without a name, whose fields are taken apart, is called after its type: `details` for `ErrorDetails`. */
function nameOfType(type: SomeType | undefined): string {
  if (type?.type !== 'reference') return 'options';
  if (['Pick', 'Omit', 'Partial', 'Readonly'].includes(type.name)) return nameOfType(type.typeArguments?.[0]);
  return (/[A-Z][a-z\d]*$/.exec(type.name)?.[0] ?? type.name).toLowerCase();
}

/** Returns `typeof fetch` for the type of the platform's `fetch`, which typedoc spells out, once for each library that declares it. */
function nameInPlatform(project: ProjectReflection, type: SomeType | undefined): string | undefined {
  if (!(type instanceof ReflectionType)) return undefined;
  const symbol = project.getSymbolIdFromReflection(type.declaration);
  return symbol?.packageName === 'typescript' ? `typeof ${symbol.qualifiedName}` : undefined;
}
