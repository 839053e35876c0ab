import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { describeRateLimit } from '../typescript/describe-limits.js';
import { header } from '../typescript/header.js';
import { toPropertyKey } from '../typescript/literal.js';
import { docComment } from '../typescript/type-writer.js';

/**
 * `methods.gen.ts`: one typed method for each operation. It is the client's, but for a server of one's own: the
 * package that serves it implements the methods itself, so they stand beside the rest of its contract.
 */
export function methodsOutput({ name, home, source, operations, isOwnServer }: ResolvedDocument): OutputFile[] {
  const types = operations.flatMap(({ typeName }) => [`${typeName}Request`, `${typeName}Result`]).sort();
  const origin = isOwnServer ? './operations.gen.js' : '@nexconn-kit/contract';
  const imports =
    types.length === 0
      ? []
      : [
          `import type {\n${types.map((type) => `  ${type},\n`).join('')}} from '${origin}';`,
          ...(isOwnServer ? [''] : ["import type { CallOptions } from '../../call-options.js';\n"]),
        ];
  const methods = operations.map((operation) => `${methodComment(operation)}${signature(operation, isOwnServer)}`);
  const content = [
    ...imports,
    '/** One method for each operation of the document. */',
    `export interface OperationMethods {\n${methods.join('\n\n')}\n}`,
    '',
  ].join('\n');
  const folder = isOwnServer ? home.folder : `packages/client/src/generated/${name}`;
  return [{ path: `${folder}/methods.gen.ts`, content: `${header({ source, home })}${content}` }];
}

function signature({ operationId, typeName, parameters, body }: ResolvedOperation, isOwnServer: boolean): string {
  const hasRequired =
    parameters.some(({ required }) => required) ||
    (body?.required === true && (body.field !== undefined || body.shape.required.size > 0));
  const request = `request${hasRequired ? '' : '?'}: ${typeName}Request`;
  const options = isOwnServer ? '' : ', options?: CallOptions';
  return `  ${toPropertyKey(operationId)}(${request}${options}): Promise<${typeName}Result>;`;
}

/** Returns the doc comment of the method of an operation. */
export function methodComment({
  summary,
  description,
  method,
  path,
  rateLimit,
  deprecated,
}: ResolvedOperation): string {
  const rate = rateLimit === null ? '' : `Rate limit: ${describeRateLimit(rateLimit)}.`;
  const call = `\`${method} ${path}\``;
  const end = deprecated ? '@deprecated' : '';
  const first = summary.endsWith('.') ? summary : `${summary}:`;
  if (description === '' && summary !== '') return docComment([`${first} ${call}. ${rate}`.trim(), end], '  ');
  return docComment([summary, description, `${call}. ${rate}`.trim(), end], '  ');
}
