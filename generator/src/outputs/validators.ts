import {
  type CompiledValidators,
  compileValidators,
  type Sources,
  type ValidatedPart,
} from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral, toPropertyKey } from '../typescript/literal.js';

/** What generated code may import of the package that has `createValidator`. */
const helpers = ['byteLength', 'characterLength', 'createValidator', 'equal', 'formats'];

/** How the validators of one part are named and described. */
interface ValidatedWords {
  readonly file: string;
  readonly suffix: 'Request' | 'Result';
  readonly map: string;
  /** What a validator checks. */
  readonly whole: string;
}

const words: Record<ValidatedPart, ValidatedWords> = {
  request: { file: 'validators', suffix: 'Request', map: 'requestValidators', whole: 'body' },
  result: { file: 'result-validators', suffix: 'Result', map: 'resultValidators', whole: 'result' },
};

/**
 * `validators.gen.ts` and `result-validators.gen.ts`: a check of each operation's body and result, compiled ahead of time: no
 * eval, no imports but our own. A schema with a name is one function of a file, whoever refers to it. Who serves a document
 * itself does not check its results.
 *
 * @throws {DOCUMENT_INVALID} when a schema is none of JSON Schema 2020-12.
 */
export function validatorsOutput(document: ResolvedDocument, sources: Sources): OutputFile[] {
  const parts: ValidatedPart[] = document.isOwnServer ? ['request'] : ['request', 'result'];
  return parts.map((part) => validatorsFile(document, part, sources));
}

function validatorsFile(document: ResolvedDocument, part: ValidatedPart, sources: Sources): OutputFile {
  const { operations, home, source } = document;
  const { file, suffix, map, whole } = words[part];
  const compiled = compileValidators(document, part, sources);
  const { code, functions } = compiled.toModule();
  const sections = operations.map((operation) => validatorOf(operation, part, functions.get(operation.operationId)));
  const entries = operations.map(
    ({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: validate${typeName}${suffix},\n`,
  );
  const text = [code, ...sections].join('\n');
  const imported = helpers.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  const content = [
    '// @ts-nocheck The functions below are written by a compiler, which has its own checks.',
    imported.length > 0 ? `import { ${imported.join(', ')} } from '${home.validator}';` : '',
    `import type { Validator } from '${home.types}';`,
    "import type { OperationId } from './operations.gen.js';\n",
    functions.size > 0 ? sentencesOf(compiled) : '',
    code,
    ...sections,
    `/** The validator of each operation's ${whole}, by its operationId. */\nexport const ${map}: Readonly<Record<OperationId, Validator>> = {\n${entries.join('')}};\n`,
  ];
  const path = `${home.folder}/${file}.gen.ts`;
  return { path, content: `${header(source)}${content.filter((each) => each !== '').join('\n')}` };
}

function sentencesOf({ sentences }: CompiledValidators): string {
  const entries = Object.entries(sentences).map(
    ([keyword, sentence]) => `  ${toPropertyKey(keyword)}: ${toLiteral(sentence)},\n`,
  );
  return `const sentences = {\n${entries.join('')}};\n`;
}

function validatorOf(
  { operationId, typeName, body }: ResolvedOperation,
  part: ValidatedPart,
  check: string | undefined,
): string {
  const { suffix, whole } = words[part];
  const comment = `/** Validates the ${whole} of \`${operationId}\`; an empty list means that it is valid. */`;
  const declaration = `${comment}\nexport const validate${typeName}${suffix}: Validator =`;
  if (check === undefined) return `${declaration} () => [];\n`;
  const rest = part === 'request' ? `${body?.required === true}, sentences` : "true, sentences, 'The result'";
  return `${declaration} /* @__PURE__ */ createValidator(${check}, ${rest});\n`;
}
