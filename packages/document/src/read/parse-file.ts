import { LineCounter, parseDocument } from 'yaml';
import type { Json } from '../json/types.js';
import type { Problem } from '../types.js';
import { checkAliases } from './check-aliases.js';
import { readPlainYaml } from './plain-yaml.js';
import { positionAt, type SourceFile, type Syntax } from './source-file.js';

/** Returns a file with what is wrong with it: JSON and plain YAML have nothing. All of YAML takes several times as long. */
export function parseSourceFile(path: string, name: string, text: string): SourceFile {
  const plain = parseJson(text) ?? readPlainYaml(text);
  // Most documents have nothing to be told of: their trees, several times the size of their values, may go.
  let known: WeakRef<Syntax> | undefined;
  const syntax = (): Syntax => {
    const kept = known?.deref();
    if (kept) return kept;
    const parsed = parseSyntax(text);
    known = new WeakRef(parsed);
    return parsed;
  };
  const file: SourceFile = { path, name, value: null, problems: [], syntax };
  if (plain !== undefined) return withValue(file, plain);
  const problems = [...syntaxProblems(file), ...checkAliases(file)];
  if (problems.length > 0) return { ...file, problems };
  // The aliases have been counted.
  return withValue(file, (syntax().document.toJS({ maxAliasCount: -1 }) ?? null) as Json);
}

/** Deeper, and what follows schemas into each other would fill the stack. */
const maxLevels = 400;

/** Returns a file with its value, unless that is nested too deep. */
function withValue(file: SourceFile, value: Json): SourceFile {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === maxLevels) return { ...file, problems: [tooDeep(file)] };
    level = level.flatMap((node) => Object.values(Object(node)).filter((inner) => Object(inner) === inner));
  }
  return { ...file, value };
}

function tooDeep({ name }: SourceFile): Problem {
  return {
    ...{ file: name, line: 1, column: 1, pointer: '#' },
    message: `The values of this file are nested more than ${maxLevels} levels deep.`,
    hint: 'Give what stands inside a name in components, and refer to it by a $ref.',
  };
}

function parseJson(text: string): Json | undefined {
  if (!/^\uFEFF?\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // YAML has braces and brackets too; what is neither is told as YAML, with its place.
    return undefined;
  }
}

function parseSyntax(text: string): Syntax {
  const lines = new LineCounter();
  return { lines, document: parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true }) };
}

function syntaxProblems(file: SourceFile): Problem[] {
  const hint = 'Correct the YAML at this place; the lines above it may be the cause.';
  return file.syntax().document.errors.map(({ pos, message }) => ({
    ...positionAt(file, pos[0], '#'),
    message: `YAML: ${message}`,
    hint,
  }));
}
