import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type SampleLanguage, type SampleOperation, sampleFile } from './samples.js';

/** Where the grammars stand, which no workspace depends on. */
export const grammarsFolder: string = join(import.meta.dirname, 'installed');

const withGrammar = ['csharp', 'swift'];
let parser: Parser | undefined;

/** What is used of `@ast-grep/napi`. */
interface Parser {
  registerDynamicLanguage(grammars: Record<string, unknown>): void;
  parse(id: string, text: string): { root(): { find(rule: { rule: { kind: string } }): { text(): string } | null } };
}

/** Whether there is a grammar for a language. */
export function hasGrammar({ id }: SampleLanguage): boolean {
  return withGrammar.includes(id) && existsSync(join(grammarsFolder, 'node_modules/@ast-grep', `lang-${id}`));
}

/** Returns what the grammar of a language does not take of a sample; undefined where it takes all. */
export function parseSample(language: SampleLanguage, operation: SampleOperation): string | undefined {
  const path = resolve(import.meta.dirname, '../..', sampleFile(language, operation));
  return parseText(language, readFileSync(path, 'utf8'));
}

/** Returns what the grammar of a language does not take of a text. */
export function parseText({ id }: SampleLanguage, text: string): string | undefined {
  parser ??= loadParser();
  return parser
    .parse(id, text)
    .root()
    .find({ rule: { kind: 'ERROR' } })
    ?.text();
}

function loadParser(): Parser {
  const load = createRequire(join(grammarsFolder, 'package.json'));
  const parser: Parser = load('@ast-grep/napi');
  // It takes all grammars at once, and once in a process.
  parser.registerDynamicLanguage(Object.fromEntries(withGrammar.map((id) => [id, load(`@ast-grep/lang-${id}`)])));
  return parser;
}
