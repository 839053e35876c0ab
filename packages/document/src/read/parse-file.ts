import { LineCounter, parseDocument } from 'yaml';
import type { Json } from '../json/types.js';
import type { Problem } from '../types.js';
import { checkAliases } from './check-aliases.js';
import { narrowingKeys, narrowJson, narrowText } from './narrow-text.js';
import { readPlainYaml } from './plain-yaml.js';
import { mayIdentify, settleIdentifiers } from './settle-identifiers.js';
import { positionAt, type SourceFile, type Syntax } from './source-file.js';

/** Returns a file with what is wrong with it: JSON and plain YAML have nothing. All of YAML takes several times as long. */
export function parseSourceFile(path: string, name: string, text: string): SourceFile {
  const json = parseJson(text);
  const yaml = json === undefined ? readPlainYaml(text) : undefined;
  const plain = json ?? yaml;
  // Most documents have nothing to be told of: their trees, several times the size of their values, may go.
  const known = new Map<string, WeakRef<Syntax>>();
  const syntax = (keys: readonly string[] = []): Syntax => {
    const key = plain === undefined ? '' : JSON.stringify(keys.slice(0, narrowingKeys));
    const kept = known.get(key)?.deref() ?? known.get('')?.deref();
    if (kept) return kept;
    const narrow = json === undefined ? narrowText : narrowJson;
    const narrowed = plain === undefined ? undefined : narrow(text, keys);
    const parsed = parseSyntax(narrowed?.text ?? text, narrowed?.offsetInWhole);
    known.set(key, new WeakRef(parsed));
    return parsed;
  };
  const file: SourceFile = { path, name, value: null, problems: [], lines: createLineCounter(text), syntax };
  if (plain !== undefined) return withValue(file, plain, text);
  const problems = [...syntaxProblems(file), ...checkAliases(file)];
  if (problems.length > 0) return { ...file, problems };
  // The aliases have been counted.
  return withValue(file, (syntax().document.toJS({ maxAliasCount: -1 }) ?? null) as Json, text);
}

/** Deeper, and what follows schemas into each other would fill the stack. */
const maxLevels = 400;

/** Returns a file with its value, unless that is nested too deep. */
function withValue(file: SourceFile, value: Json, text: string): SourceFile {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === maxLevels) return { ...file, problems: [tooDeep(file)] };
    level = level.flatMap((node) => Object.values(Object(node)).filter((inner) => Object(inner) === inner));
  }
  return { ...file, value: mayIdentify(text) ? settleIdentifiers(value) : value };
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

function parseSyntax(text: string, offsetInWhole = (offset: number) => offset): Syntax {
  return { document: parseDocument(text, { prettyErrors: false, merge: true }), offsetInWhole };
}

/** Returns what counts the lines of a text, once it is asked. */
function createLineCounter(text: string): SourceFile['lines'] {
  let counter: LineCounter | undefined;
  return () => {
    if (counter) return counter;
    counter = new LineCounter();
    counter.addNewLine(0);
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) counter.addNewLine(at + 1);
    return counter;
  };
}

function syntaxProblems(file: SourceFile): Problem[] {
  const hint = 'Correct the YAML at this place; the lines above it may be the cause.';
  return file.syntax().document.errors.map(({ pos, message }) => ({
    ...positionAt(file, pos[0], '#'),
    message: `YAML: ${message}`,
    hint,
  }));
}
