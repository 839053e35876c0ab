import { type CompiledBody, compileBodies, type Sources } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral, toPropertyKey } from '../typescript/literal.js';

/**
 * `validators.gen.ts`: one function for each operation, compiled ahead of time: no eval, no imports but our own.
 *
 * @throws {DOCUMENT_INVALID} when a schema uses what the compiler does not understand.
 */
export function validatorsOutput(document: ResolvedDocument, sources: Sources): OutputFile[] {
  const bodies = compileBodies(document, sources);
  const sections = document.operations.map((operation) => validatorOf(operation, bodies.get(operation.operationId)));
  const entries = document.operations.map(
    ({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: validate${typeName}Request,\n`,
  );
  const helpers = ['byteLength', 'createValidator'].filter((name) => sections.some((text) => text.includes(name)));
  const content = [
    '// @ts-nocheck The functions below are written by a compiler, which has its own checks.',
    helpers.length > 0 ? `import { ${helpers.join(', ')} } from '${document.home.validator}';` : '',
    `import type { Validator } from '${document.home.types}';`,
    "import type { OperationId } from './operations.gen.js';\n",
    bodies.size > 0 ? sentencesOf([...bodies.values()]) : '',
    ...sections,
    `/** The validator of each operation's body, by its operationId. */\nexport const requestValidators: Readonly<Record<OperationId, Validator>> = {\n${entries.join('')}};\n`,
  ];
  const path = `${document.home.folder}/validators.gen.ts`;
  return [{ path, content: `${header(document.source)}${content.filter((part) => part !== '').join('\n')}` }];
}

function sentencesOf(bodies: readonly CompiledBody[]): string {
  const lines = Object.entries(Object.assign({}, ...bodies.map(({ sentences }) => sentences))).map(
    ([keyword, sentence]) => `  ${toPropertyKey(keyword)}: ${toLiteral(sentence)},\n`,
  );
  return `const sentences = {\n${lines.join('')}};\n`;
}

function validatorOf({ operationId, typeName }: ResolvedOperation, body: CompiledBody | undefined): string {
  const comment = `/** Validates the body of \`${operationId}\`; an empty list means that it is valid. */`;
  const declaration = `${comment}\nexport const validate${typeName}Request: Validator =`;
  if (body === undefined) return `${declaration} () => [];\n`;
  const code = body.check.toModule({ semi: false }).replace("'use strict'\n", '');
  const tables = literal(body.tables);
  return `${declaration} /* @__PURE__ */ createValidator(/* @__PURE__ */ ${code}, ${tables}, ${body.required}, sentences);\n`;
}

function literal(value: object): string {
  const entries = Object.entries(value).map(([key, item]) => {
    return `${toPropertyKey(key)}: ${typeof item === 'object' ? literal(item) : toLiteral(item)}`;
  });
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
