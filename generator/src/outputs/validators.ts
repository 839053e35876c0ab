import { type CompiledChecks, isWholeQuery, type ValidatedPart } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { imports } from '../typescript/imports.js';
import { pureConstant, toLiteral, toPropertyKey } from '../typescript/literal.js';
import { isCompact } from './operation-table.js';

/** How the validators of one part are named and described. */
interface ValidatedWords {
  readonly file: string;
  readonly suffix: 'Request' | 'Result';
  readonly map: string;
  /** What a validator checks. */
  readonly whole: string;
}

const words: Record<Exclude<ValidatedPart, 'parameters' | 'query'>, ValidatedWords> = {
  request: { file: 'validators', suffix: 'Request', map: 'requestValidators', whole: 'body' },
  result: { file: 'result-validators', suffix: 'Result', map: 'resultValidators', whole: 'result' },
};

/**
 * `validators.gen.ts` and `result-validators.gen.ts`: a validator of each operation's body and result, and `checks.gen.ts`:
 * the code of both, compiled ahead of time: no eval, no imports but our own. A schema with a name is one function, whoever
 * refers to it.
 */
export function validatorsOutput(document: ResolvedDocument, compiled: CompiledChecks): OutputFile[] {
  const parts: (keyof typeof words)[] = document.isOwnServer ? ['request'] : ['request', 'result'];
  const isNeeded = Object.values(compiled.functions).some(({ size }) => size > 0);
  return [
    ...(isNeeded ? [checksFile(document, compiled)] : []),
    ...parts.map((part) => validatorsFile(document, part, compiled)),
  ];
}

/** Returns what of a document is validated: who serves it checks no results, and reads parameters in ways of its own. */
export function validatedParts({ isOwnServer }: Pick<ResolvedDocument, 'isOwnServer'>): ValidatedPart[] {
  return isOwnServer ? ['query', 'request'] : ['parameters', 'query', 'request', 'result'];
}

function checksFile({ home, source }: ResolvedDocument, { toTypeScript, sentences }: CompiledChecks): OutputFile {
  const { code, helpers } = toTypeScript();
  const entries = Object.entries(sentences).map(
    ([keyword, sentence]) => `  ${toPropertyKey(keyword)}: ${toLiteral(sentence)},\n`,
  );
  const content = [
    imports([...helpers, 'type Sentences'], home.validator),
    `/** The sentences of the rules that can be broken. */\nexport const sentences: Sentences = {\n${entries.join('')}};\n`,
    code,
  ];
  return { path: `${home.folder}/checks.gen.ts`, content: `${header({ source, home })}${content.join('\n')}` };
}

function validatorsFile(
  document: ResolvedDocument,
  part: keyof typeof words,
  { functions }: CompiledChecks,
): OutputFile {
  const { operations, home, source } = document;
  const { file, suffix, map, whole } = words[part];
  const checks = functions[part];
  const parameterChecks = part === 'request' ? functions.parameters : new Map<string, string>();
  const isShort = isCompact(operations);
  const queryChecks = part === 'request' ? functions.query : new Map<string, string>();
  const validators = operations.flatMap(({ operationId, typeName, parameters: documented, body }) => {
    const parameters = parameterChecks.get(operationId);
    const query = queryChecks.get(operationId);
    const queryKind = documented.find(isWholeQuery)?.required ? 'query' : 'optionalQuery';
    const own = checks.get(operationId);
    const kind = part === 'result' ? 'result' : body?.required ? 'body' : 'optionalBody';
    return [
      ...(parameters === undefined ? [] : [validatorOf(`${typeName}Parameters`, 'parameters', parameters, isShort)]),
      ...(query === undefined ? [] : [validatorOf(`${typeName}Query`, queryKind, query, isShort)]),
      validatorOf(typeName + suffix, kind, own, isShort),
    ];
  });
  const entries = operations.map(
    ({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: validate${typeName}${suffix},\n`,
  );
  const queries = operations.flatMap(({ operationId, typeName }) =>
    queryChecks.has(operationId) ? [`  ${toPropertyKey(operationId)}: validate${typeName}Query,\n`] : [],
  );
  const imported = [...checks.values(), ...parameterChecks.values(), ...queryChecks.values()];
  const text = validators.join('');
  const makers = Object.values(makersOf).flatMap(({ name, code }) => (text.includes(`${name}(`) ? [code] : []));
  const content = [
    imported.length === 0
      ? ''
      : imports([...(makers.length > 0 ? ['type Check'] : []), 'createValidator'], home.validator),
    imports(['type Validator'], home.types),
    imported.length === 0 ? '' : imports([...imported, 'sentences'], './checks.gen.js'),
    imports(['type OperationId'], './operations.gen.js'),
    ...makers.map((maker) => `\n${maker}\n`),
    ...(text === '' ? [] : ['\n', text]),
    `\n/** The validator of each operation's ${whole}, by its operationId; its list is empty where that is valid. */\nexport const ${map}: Readonly<Record<OperationId, Validator>> = {\n${entries.join('')}};\n`,
    queries.length === 0
      ? ''
      : `\n/** The validator of each query that is described as a whole, by its operationId. */\nexport const queryValidators: Readonly<Record<string, Validator>> = {\n${queries.join('')}};\n`,
  ];
  return { path: `${home.folder}/${file}.gen.ts`, content: `${header({ source, home })}${content.join('')}` };
}

/** What the validators of each kind are made with, beside the check. */
const argumentsOf = {
  parameters: ['true', 'sentences', "'The request'"],
  body: ['true', 'sentences'],
  optionalBody: ['false', 'sentences'],
  query: ['true', 'sentences', "'The query'"],
  optionalQuery: ['false', 'sentences', "'The query'"],
  result: ['true', 'sentences', "'The result'"],
} as const;

/** The functions that make those of which there may be many. */
const makersOf = {
  parameters: makerOf('parameters', 'parameters, as one object'),
  body: makerOf('body', 'bodies that are required'),
  result: makerOf('result', 'results'),
} as const;

function makerOf(kind: keyof typeof argumentsOf, what: string): { readonly name: string; readonly code: string } {
  const name = `${kind}By`;
  const call = `createValidator(${['check', ...argumentsOf[kind]].join(', ')})`;
  const comment = `/** Returns a validator of ${what}. */`;
  return { name, code: `${comment}\nfunction ${name}(check: Check): Validator {\n  return ${call};\n}` };
}

function validatorOf(
  name: string,
  kind: keyof typeof argumentsOf,
  check: string | undefined,
  isShort: boolean,
): string {
  if (check === undefined) return `export const validate${name}: Validator = () => [];\n`;
  return isShort && kind in makersOf
    ? pureConstant(`validate${name}`, 'Validator', makersOf[kind as keyof typeof makersOf].name, [check])
    : pureConstant(`validate${name}`, 'Validator', 'createValidator', [check, ...argumentsOf[kind]]);
}
