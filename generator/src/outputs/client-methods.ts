import { describeRateLimit } from '../describe-limits.js';
import { header } from '../header.js';
import { toPropertyKey } from '../identifier.js';
import { docComment } from '../type-writer.js';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';

/** `methods.gen.ts` of the client: one typed method for each operation. */
export function clientMethodsOutput({ name, source, operations }: ResolvedDocument): OutputFile[] {
  const types = operations.flatMap(({ typeName }) => [`${typeName}Request`, `${typeName}Result`]).sort();
  const imports =
    types.length === 0
      ? []
      : [
          `import type {\n${types.map((type) => `  ${type},\n`).join('')}} from '@nexconn-kit/contract';`,
          "import type { CallOptions } from '../../types.js';\n",
        ];
  const methods = operations.map((operation) => `${methodComment(operation)}${signature(operation)}`);
  const content = [
    ...imports,
    '/** One method for each operation of the document. */',
    `export interface OperationMethods {\n${methods.join('\n\n')}\n}`,
    '',
  ].join('\n');
  return [{ path: `packages/client/src/generated/${name}/methods.gen.ts`, content: `${header(source)}${content}` }];
}

function signature({ operationId, typeName, parameters, body }: ResolvedOperation): string {
  const hasRequired =
    parameters.some(({ required }) => required) || (body?.required === true && body.shape.required.size > 0);
  const request = `request${hasRequired ? '' : '?'}: ${typeName}Request`;
  return `  ${toPropertyKey(operationId)}(${request}, options?: CallOptions): Promise<${typeName}Result>;`;
}

function methodComment({ summary, description, method, path, rateLimit, deprecated }: ResolvedOperation): string {
  const rate = rateLimit === null ? '' : `Rate limit: ${describeRateLimit(rateLimit)}.`;
  const call = `\`${method} ${path}\``;
  return docComment([summary, description, `${call}. ${rate}`.trim(), deprecated ? '@deprecated' : ''], '  ');
}
