import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** An option as a type declares it. */
export interface OptionMember {
  readonly name: string;
  readonly declaration: ts.PropertySignature;
  readonly source: ts.SourceFile;
}

/** A type that is declared in a file of the sources, seen from the root of the repository. */
interface Declared {
  readonly source: ts.SourceFile;
  readonly statements: readonly (ts.InterfaceDeclaration | ts.TypeAliasDeclaration)[];
}

/** The sources of a package, and how many types a type has led to: those that lead to one another have no end. */
interface Sources {
  readonly root: string;
  readonly folder: string;
  readonly depth: number;
}

const maxDepth = 20;

/** Returns the folder of a package's sources: below `packages/`, or of the generator, which is beside it. */
export function sourceFolder(root: string, name: string): string {
  return existsSync(join(root, 'packages', name)) ? `packages/${name}/src` : `${name}/src`;
}

/**
 * Returns the ways to pass the options of a type: one for an interface, one for each member of a union. Each is a list of
 * its options, in the order that they are written, those that it inherits last. Undefined where no source has the type.
 */
export function waysOf(root: string, folder: string, type: string): OptionMember[][] | undefined {
  return waysOfName({ root, folder, depth: 0 }, type);
}

/** Returns the values of a type that is a choice of texts, as they are written; undefined of any other. */
export function unionOf(root: string, folder: string, type: string): string | undefined {
  if (!/^[A-Z]\w*$/.test(type)) return undefined;
  const declared = findDeclared({ root, folder, depth: 0 }, type)?.statements.find(ts.isTypeAliasDeclaration);
  const members = declared && ts.isUnionTypeNode(declared.type) ? [...declared.type.types] : [];
  const texts = members.filter((each) => ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal));
  return texts.length > 0 && texts.length === members.length
    ? texts.map((each) => each.getText()).join(' | ')
    : undefined;
}

function waysOfName(sources: Sources, type: string, near?: ts.SourceFile): OptionMember[][] | undefined {
  if (sources.depth > maxDepth) return undefined;
  const found = (near && declaredIn(near, type)) ?? findDeclared(sources, type);
  if (!found) return undefined;
  const inner = { ...sources, depth: sources.depth + 1 };
  return product(
    found.statements.map((statement) =>
      ts.isInterfaceDeclaration(statement)
        ? waysOfInterface(inner, statement, found.source)
        : waysOfType(inner, statement.type, found.source),
    ),
  );
}

function findDeclared({ root, folder }: Sources, type: string): Declared | undefined {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.filter((each) => /(?<!\.test)\.ts$/.test(each) && !each.includes('generated'))) {
    const path = `${folder}/${name.replaceAll('\\', '/')}`;
    const text = readFileSync(join(root, path), 'utf8');
    if (!new RegExp(`^export (?:interface|type) ${type}\\b`, 'm').test(text)) continue;
    const found = declaredIn(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), type);
    if (found) return found;
  }
  return undefined;
}

function declaredIn(source: ts.SourceFile, type: string): Declared | undefined {
  const statements = source.statements
    .filter((each) => ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each))
    .filter(({ name }) => name.text === type);
  return statements.length === 0 ? undefined : { source, statements };
}

function waysOfInterface(sources: Sources, node: ts.InterfaceDeclaration, source: ts.SourceFile): OptionMember[][] {
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) => [...types]);
  return product([[membersOf(node, source)], ...bases.map((base) => waysOfType(sources, base, source))]);
}

/** What is no object, such as a type of another package, has no options of its own. */
function waysOfType(sources: Sources, node: ts.TypeNode, source: ts.SourceFile): OptionMember[][] {
  if (ts.isParenthesizedTypeNode(node)) return waysOfType(sources, node.type, source);
  if (ts.isTypeLiteralNode(node)) return [membersOf(node, source)];
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((each) => waysOfType(sources, each, source));
  if (ts.isIntersectionTypeNode(node)) return product(node.types.map((each) => waysOfType(sources, each, source)));
  const [name = '', target, keys] = referenceOf(node);
  if (target === undefined || keys === undefined) return waysOfName(sources, name, source) ?? [[]];
  const chosen = literalsOf(keys, source);
  const isKept = (option: OptionMember): boolean => chosen.includes(option.name) === (name === 'Pick');
  return waysOfType(sources, target, source).map((way) => way.filter(isKept));
}

/** Returns the name of a type that is referred to, and of `Pick<…>` and `Omit<…>` what they take. */
function referenceOf(node: ts.TypeNode): [name?: string, target?: ts.TypeNode, keys?: ts.TypeNode] {
  const isReference = ts.isTypeReferenceNode(node);
  if (!isReference && !ts.isExpressionWithTypeArguments(node)) return [];
  const name = (isReference ? node.typeName : node.expression).getText();
  const [target, keys] = node.typeArguments ?? [];
  return target && keys && ['Pick', 'Omit'].includes(name) ? [name, target, keys] : [name];
}

/** Returns the texts of `'a' | 'b'`, or of the name of such a type in the same file. */
function literalsOf(node: ts.TypeNode, source: ts.SourceFile): string[] {
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((each) => literalsOf(each, source));
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return [node.literal.text];
  const alias = declaredIn(source, node.getText())?.statements.find(ts.isTypeAliasDeclaration);
  return alias ? literalsOf(alias.type, source) : [];
}

/** Returns the options of a node; one of the type `never` or `undefined` says that it may not be passed. */
function membersOf(node: ts.InterfaceDeclaration | ts.TypeLiteralNode, source: ts.SourceFile): OptionMember[] {
  return node.members
    .filter(ts.isPropertySignature)
    .filter(({ type }) => !['never', 'undefined'].includes(type?.getText() ?? ''))
    .map((declaration) => ({ name: declaration.name.getText(), declaration, source }));
}

/** Returns every way that takes one of each list. */
function product(lists: readonly OptionMember[][][]): OptionMember[][] {
  return lists.reduce<OptionMember[][]>(
    (ways, list) => ways.flatMap((way) => list.map((more) => [...way, ...more])),
    [[]],
  );
}
