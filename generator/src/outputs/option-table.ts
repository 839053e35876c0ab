import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { generateFailed, problemOf } from '../errors.js';

/** Longer ones are for an editor: the table has their beginning. */
const maxTypeLength = 60;

/**
 * Returns the rows of the options of a package: name, type, default and meaning, as the docstrings of the interface say.
 *
 * @param name `signing.SignRequestOptions`: a folder of `packages/`, and an interface of its sources.
 * @throws {GenerateError} GENERATE_FAILED where there is no such interface, or a member has no docstring or no default
 */
export function optionRows(root: string, name: string): string[][] {
  const [folder = '', type = ''] = name.split('.');
  const path = `packages/${folder}/src`;
  const found = findInterface(join(root, path), type);
  if (!found)
    throw generateFailed([problemOf(path, `No source has an interface ${type}.`, 'Name one that is exported.')]);
  const members = found.declaration.members.filter(ts.isPropertySignature);
  const rows = members.map((member) => optionRow(member, found.declaration.getSourceFile(), `${path}/${found.file}`));
  return [['option', 'type', 'default', 'meaning'], ...rows];
}

function findInterface(
  folder: string,
  type: string,
): { file: string; declaration: ts.InterfaceDeclaration } | undefined {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files.filter((each) => /(?<!\.test)\.ts$/.test(each) && !each.includes('generated'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(`export interface ${type}`)) continue;
    const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const declaration = statements.filter(ts.isInterfaceDeclaration).find((each) => each.name.text === type);
    if (declaration) return { file: file.replaceAll('\\', '/'), declaration };
  }
  return undefined;
}

function optionRow(member: ts.PropertySignature, source: ts.SourceFile, file: string): string[] {
  const option = member.name.getText();
  const { meaning, standard } = readDocstring(
    ts
      .getJSDocCommentsAndTags(member)
      .map((each) => commentOf(each))
      .join(' '),
  );
  const isOptional = member.questionToken !== undefined;
  if (meaning === '' || (isOptional && standard === '')) {
    const { line, character } = source.getLineAndCharacterOfPosition(member.getStart());
    const message = `${option} has no docstring that says ${meaning === '' ? 'what it is' : 'its default'}.`;
    const hint = isOptional ? 'Write a sentence, and end with Default: ….' : 'Write a sentence.';
    throw generateFailed([{ file, line: line + 1, column: character + 1, pointer: '', message, hint }]);
  }
  return [`\`${option}\``, `\`${typeOf(member)}\``, isOptional ? standard : 'required', meaning];
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
  const written = (member.type?.getText() ?? 'unknown').replaceAll(/\s+/g, ' ').replaceAll('readonly ', '');
  const given = member.questionToken === undefined ? written : written.replace(/ \| undefined$/, '');
  const text = given.replace(/^\((.*=>.*)\)$/, '$1');
  const parameters = (member.parent as ts.InterfaceDeclaration).typeParameters ?? [];
  const constraint = parameters.find(({ name }) => name.text === text)?.constraint?.getText();
  if (constraint !== undefined) return constraint;
  if (text.length <= maxTypeLength) return text;
  // A part of a class of ours is met by the whole of it.
  return /^Pick<(\w+),/.exec(text)?.[1] ?? `${text.slice(0, maxTypeLength - 1)}…`;
}
