import { document, envelope, type Operation } from '@nexconn-kit/contract';

type Node = Readonly<Record<string, unknown>>;

/** Names the first field that a successful answer must have and lacks; empty for the result itself. */
export function missingField(operation: Operation | undefined, result: unknown): string | undefined {
  const schema = operation && resultSchema(operation);
  if (schema?.type !== 'object') return undefined;
  if (typeof result !== 'object' || result === null) return '';
  return requiredFields(schema).find((name) => Reflect.get(result, name) === undefined);
}

/** Whether a successful answer has a JSON body by the document; one that the document does not know should. */
export function documentsBody(operation: Operation | undefined): boolean {
  return !operation || Object.keys(successSchema(operation)).length > 0;
}

function requiredFields({ required, properties }: Node): readonly string[] {
  const names = Array.isArray(required) ? required.map(String) : [];
  return names.filter((name) => Object.hasOwn(Object(properties), name));
}

function resultSchema(operation: Operation): Node {
  const schema = successSchema(operation);
  return envelope ? at(schema, 'properties', envelope.result) : schema;
}

function successSchema({ method, path, successStatus }: Operation): Node {
  const status = String(successStatus);
  return at(
    document,
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    status,
    'content',
    'application/json',
    'schema',
  );
}

/** Walks down, following local references at each step. */
function at(node: unknown, ...steps: readonly string[]): Node {
  const target = follow(node);
  const [step, ...rest] = steps;
  return step === undefined ? target : at(target[step], ...rest);
}

function follow(node: unknown): Node {
  const here: Node = typeof node === 'object' && node !== null ? (node as Node) : {};
  const reference = here.$ref;
  if (typeof reference !== 'string') return here;
  const steps = reference.slice('#/'.length).split('/');
  return at(document, ...steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')));
}
