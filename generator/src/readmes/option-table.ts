import ts from 'typescript';
import { generateFailed, problemOf } from '../errors.js';
import { type OptionMember, sourceFolder, unionOf, waysOf } from './option-members.js';

/** Longer ones are for an editor: the table has their beginning. */
const maxTypeLength = 64;

/**
 * Returns the rows of the options of a package: name, type, default and meaning, as the docstrings of the type say. Those that
 * are required come first. The type is an interface, or made of others by `extends`, `&`, `|`, `Pick` and `Omit`.
 *
 * @param name `signing.SignRequestOptions`: a package, and a type that its sources export.
 * @throws {GenerateError} GENERATE_FAILED where there is no such type, or an option has no docstring or no default
 */
export function optionRows(root: string, name: string): string[][] {
  const [folder = '', type = ''] = name.split('.');
  const path = sourceFolder(root, folder);
  const ways = waysOf(root, path, type) ?? [];
  const options = optionsOf(ways);
  if (options.length === 0)
    throw generateFailed([problemOf(path, `No source has options ${type}.`, 'Name a type that is exported.')]);
  const rows = options.map((option) =>
    optionRow(option, neededBy(option.name, ways), (alias) => unionOf(root, path, alias)),
  );
  const isNeeded = ([, , standard]: readonly string[]): boolean => standard?.startsWith('required') === true;
  return [['option', 'type', 'default', 'meaning'], ...rows.filter(isNeeded), ...rows.filter((row) => !isNeeded(row))];
}

/** Returns each option once; one that only a later way has stands before what follows it there. */
function optionsOf(ways: readonly OptionMember[][]): OptionMember[] {
  const options: OptionMember[] = [];
  const placeOf = ({ name }: OptionMember): number => options.findIndex((each) => each.name === name);
  for (const way of ways) {
    for (const [index, option] of way.entries()) {
      if (placeOf(option) >= 0) continue;
      const next = way.slice(index + 1).map(placeOf);
      options.splice(next.find((place) => place >= 0) ?? options.length, 0, option);
    }
  }
  return options;
}

/** Returns what the table says of an option that has no default: undefined where it may be left out in its own way, too. */
function neededBy(name: string, ways: readonly OptionMember[][]): string | undefined {
  const isRequiredIn = (way: readonly OptionMember[]): boolean => requiredOf(way).includes(name);
  if (!ways.some(isRequiredIn)) return undefined;
  if (ways.every(isRequiredIn)) return 'required';
  const isChosen = (other: string): boolean => !ways.every((way) => requiredOf(way).includes(other));
  const others = ways.filter((way) => !isRequiredIn(way)).map((way) => requiredOf(way).filter(isChosen));
  return others.some((each) => each.length === 0)
    ? 'none'
    : `required, or ${others.map((each) => each.map((other) => `\`${other}\``).join(' with ')).join(' or ')}`;
}

function requiredOf(way: readonly OptionMember[]): string[] {
  return way.filter(({ declaration }) => declaration.questionToken === undefined).map(({ name }) => name);
}

function optionRow(
  { name, declaration, source }: OptionMember,
  needed: string | undefined,
  valuesOf: (alias: string) => string | undefined,
): string[] {
  const { meaning, standard } = readDocstring(
    ts
      .getJSDocCommentsAndTags(declaration)
      .map((each) => commentOf(each))
      .join(' '),
  );
  if (meaning === '' || (needed === undefined && standard === '')) {
    const { line, character } = source.getLineAndCharacterOfPosition(declaration.getStart());
    const message = `${name} has no docstring that says ${meaning === '' ? 'what it is' : 'its default'}.`;
    const hint = needed === undefined ? 'Write a sentence, and end with Default: ….' : 'Write a sentence.';
    const place = { file: source.fileName, line: line + 1, column: character + 1, pointer: '' };
    throw generateFailed([{ ...place, message, hint }]);
  }
  const type = typeOf(declaration);
  return [`\`${name}\``, `\`${valuesOf(type) ?? type}\``, standard || (needed ?? ''), meaning];
}

function commentOf(node: ts.JSDoc | ts.JSDocTag): string {
  return ts.getTextOfJSDocComment(node.comment) ?? '';
}

/** Splits `How long. Default: 5.` into what it is and what it is by default. */
function readDocstring(text: string): { meaning: string; standard: string } {
  const words = text.replaceAll(/\s+/g, ' ').trim();
  const [, before = words, standard = ''] = /^(.*?) ?Default: (.*?)\.?$/.exec(words) ?? [];
  return { meaning: before.trim(), standard: standard.trim() };
}

/** Returns a type as it is written, in one line, without `| undefined` where the default says that it may be left out. */
function typeOf(member: ts.PropertySignature): string {
  const written = (member.type?.getText() ?? 'unknown')
    .replaceAll(/(?<=\()\s+|\s+(?=\))/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('readonly ', '');
  const given = member.questionToken === undefined ? written : written.replace(/ \| undefined$/, '');
  const text = withConstraints(member, given.replace(/^\((.*=>.*)\)$/, '$1').replace('(string & {})', 'string'));
  if (text.length <= maxTypeLength) return text;
  // A part of a class of ours is met by the whole of it.
  return /^Pick<(\w+),/.exec(text)?.[1] ?? `${text.slice(0, maxTypeLength - 1)}…`;
}

/** Returns a type in which each type parameter is what it has to be. */
function withConstraints({ parent }: ts.PropertySignature, type: string): string {
  const parameters = ts.isInterfaceDeclaration(parent) ? (parent.typeParameters ?? []) : [];
  return [...parameters].reduce((text, { name, constraint }) => {
    const stands = constraint?.getText().replaceAll('readonly ', '');
    return stands === undefined ? text : text.replaceAll(new RegExp(`\\b${name.text}\\b`, 'g'), stands);
  }, type);
}
