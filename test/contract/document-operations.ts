import { atPointer, type JsonSchema } from './json-schema.js';

export interface DocumentedAnswer {
  /** As the document has it: `200`, `404`, `default`. */
  status: string;
  exampleName: string;
  example: unknown;
  schema: JsonSchema;
}

interface DocumentParameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required: boolean;
  schema: JsonSchema;
}

export interface DocumentOperation {
  operationId: string;
  method: string;
  path: string;
  parameters: DocumentParameter[];
  /** The schema of the body, which is JSON or a form; `undefined` where the operation takes none. */
  body: JsonSchema | undefined;
  bodyType: string;
  bodyRequired: boolean;
  answers: DocumentedAnswer[];
}

type Node = Record<string, unknown>;
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Lists every operation of a bundled OpenAPI document with what the sweep needs of it. */
export function documentOperations(document: object): DocumentOperation[] {
  const follow = (node: unknown): Node => {
    const reference = (node as Node | undefined)?.$ref;
    return typeof reference === 'string' ? follow(atPointer(document, reference)) : ((node ?? {}) as Node);
  };
  return Object.entries(follow((document as Node).paths)).flatMap(([path, pathItem]) => {
    const item = follow(pathItem);
    return methods
      .filter((method) => item[method] !== undefined)
      .map((method) => operationOf(method, path, item, follow(item[method]), follow));
  });
}

function operationOf(
  method: string,
  path: string,
  item: Node,
  operation: Node,
  follow: (node: unknown) => Node,
): DocumentOperation {
  const body = follow(operation.requestBody);
  const parameters = [...((item.parameters ?? []) as unknown[]), ...((operation.parameters ?? []) as unknown[])];
  return {
    operationId: String(operation.operationId),
    method: method.toUpperCase(),
    path,
    parameters: parameters.map((parameter) => {
      const { name, in: place, required, schema } = follow(parameter);
      return { name, in: place, required: required === true, schema } as DocumentParameter;
    }),
    ...bodyOf(body, follow),
    bodyRequired: body.required === true,
    answers: Object.entries(follow(operation.responses)).flatMap(([status, response]) => {
      const media = jsonMedia(follow(response), follow);
      return Object.entries((media.examples ?? {}) as Node).map(([exampleName, example]) => ({
        status,
        exampleName,
        example: follow(example).value,
        schema: (media.schema ?? {}) as JsonSchema,
      }));
    }),
  };
}

const bodyTypes = ['application/json', 'multipart/form-data', 'application/x-www-form-urlencoded'];

function bodyOf(body: Node, follow: (node: unknown) => Node): Pick<DocumentOperation, 'body' | 'bodyType'> {
  const content = follow(body.content);
  const bodyType = bodyTypes.find((type) => type in content) ?? '';
  return { bodyType, body: follow(content[bodyType]).schema as JsonSchema | undefined };
}

function jsonMedia(holder: Node, follow: (node: unknown) => Node): Node {
  return follow(follow(holder.content)['application/json']);
}
