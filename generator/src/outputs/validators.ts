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

/**
 * `validators.gen.ts`: a check of each operation's body, compiled ahead of time: no eval, no imports but our own. A schema
 * with a name is one function, whoever refers to it.
 *
 * @throws {DOCUMENT_INVALID} when a schema is none of JSON Schema 2020-12.
 */
export function validatorsOutput(document: ResolvedDocument, sources: Sources): OutputFile[] {
  return [validatorsFile(document, 'request', sources)];
}

function validatorsFile(document: ResolvedDocument, part: ValidatedPart, sources: Sources): OutputFile {
  const { operations, home, source } = document;
  const compiled = compileValidators(document, part, sources);
  const { code, functions } = compiled.toModule();
  const sections = operations.map((operation) => validatorOf(operation, functions.get(operation.operationId)));
  const entries = operations.map(
    ({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: validate${typeName}Request,\n`,
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
    `/** The validator of each operation's body, by its operationId. */\nexport const requestValidators: Readonly<Record<OperationId, Validator>> = {\n${entries.join('')}};\n`,
  ];
  const path = `${home.folder}/validators.gen.ts`;
  return { path, content: `${header(source)}${content.filter((part) => part !== '').join('\n')}` };
}

function sentencesOf({ sentences }: CompiledValidators): string {
  const entries = Object.entries(sentences).map(
    ([keyword, sentence]) => `  ${toPropertyKey(keyword)}: ${toLiteral(sentence)},\n`,
  );
  return `const sentences = {\n${entries.join('')}};\n`;
}

function validatorOf({ operationId, typeName, body }: ResolvedOperation, check: string | undefined): string {
  const comment = `/** Validates the body of \`${operationId}\`; an empty list means that it is valid. */`;
  const declaration = `${comment}\nexport const validate${typeName}Request: Validator =`;
  if (check === undefined) return `${declaration} () => [];\n`;
  return `${declaration} /* @__PURE__ */ createValidator(${check}, ${body?.required === true}, sentences);\n`;
}
