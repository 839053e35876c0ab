/** A JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The function that returns the object that a node of the document stands for, empty where there is none. */
export type Resolve = (node: unknown) => JsonObject;

/** Returns the function that follows local references of this document: those that spec/vectors/json-pointer.json lists. */
export function createResolver(document: JsonObject): Resolve {
  return function resolve(node: unknown): JsonObject {
    let object = asObject(node);
    let seen: Set<string> | undefined;
    while (typeof object.$ref === 'string') {
      seen ??= new Set();
      if (seen.has(object.$ref)) return {};
      seen.add(object.$ref);
      object = asObject(follow(document, object.$ref));
    }
    return object;
  };
}

/**
 * Returns the schemas that a value has to fit by one: those that its `allOf` has, at any depth, and then itself, or what other
 * keywords have too. Each stands there once, however often it is referred to: twenty levels of two each are a million ways.
 */
export function partsOf(node: unknown, resolve: Resolve, keywords: readonly string[] = ['allOf']): JsonObject[] {
  const seen = new Set<JsonObject>();
  function visit(part: unknown): JsonObject[] {
    const schema = resolve(part);
    if (seen.has(schema)) return [];
    seen.add(schema);
    const inner = keywords.flatMap((keyword) => (Array.isArray(schema[keyword]) ? schema[keyword] : []));
    return [...inner.flatMap(visit), schema];
  }
  return visit(node);
}

/** Returns the value itself if it is a JSON object, otherwise an empty one. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function follow(document: JsonObject, reference: string): unknown {
  if (!/^#(\/|$)/.test(reference)) return undefined;
  const keys = reference.split('/').slice(1).map(unescapeKey);
  return keys.reduce<unknown>(memberOf, document);
}

function memberOf(node: unknown, key: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
  return Array.isArray(node) ? node[Number(key)] : (node as JsonObject)[key];
}

function unescapeKey(key: string): string {
  return decode(key).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Returns the operation of a path and a method, as the document has it; an empty object where it has none. */
export function definitionOf(
  document: JsonObject,
  { path, method }: { readonly path: string; readonly method: string },
  resolve: Resolve,
): JsonObject {
  return resolve(definitionIn(resolve(asObject(document.paths)[path]), method));
}

/** Returns the operation of a path item; methods that no field is for stand under `additionalOperations`, as they are written. */
export function definitionIn(pathItem: JsonObject, method: string): unknown {
  const others = asObject(pathItem.additionalOperations);
  return Object.hasOwn(others, method) ? others[method] : pathItem[method.toLowerCase()];
}

/** Returns the parameters of an operation, those of its path first. */
export function parametersOf(pathItem: JsonObject, definition: JsonObject, resolve: Resolve): JsonObject[] {
  return [pathItem.parameters, definition.parameters].flatMap((list) => (Array.isArray(list) ? list : [])).map(resolve);
}

/**
 * Returns the entry under `responses` for a status: its own, that of its range such as `4XX`, or for an error that has
 * neither, `default`.
 */
export function pickAnswer<T>(status: string, get: (key: string) => T | undefined): T | undefined {
  const isError = /^[45]\d\d$/.test(status);
  return get(status) ?? get(`${status[0]}XX`) ?? (isError ? get('default') : undefined);
}

/** What an operation asks of a request so that it may call. */
export interface Admission {
  /** Whether it has to be signed; `if-sent` where it may come with other credentials, or none, in place of a signature. */
  readonly signature: 'always' | 'if-sent' | 'never';
  /** Whether anything but a signature is asked for, which Prism sees. */
  readonly credentials: boolean;
}

/** Returns what an operation asks for: by its own `security`, or that of the whole document. */
export function readAdmission(definition: JsonObject, document: JsonObject): Admission {
  const security = definition.security ?? document.security;
  const ways = Array.isArray(security) ? security.map((names) => Object.keys(asObject(names))) : [];
  // A scheme that the document does not describe is taken for a signature.
  const isSigning = (name: string): boolean => isSignature(document, name) ?? true;
  const signed = ways.filter((names) => names.some(isSigning));
  // An empty way means that the operation can be called without any of the others.
  const signature = signed.length === 0 ? 'never' : signed.length === ways.length ? 'always' : 'if-sent';
  const credentials = ways.some((names) => {
    const isCarried = signed.includes(names)
      ? (name: string) => isSigning(name) || carriesSignature(document, name)
      : isSigning;
    return !names.every(isCarried);
  });
  return { signature, credentials };
}

/** Whether a scheme is a header that comes with a signature. */
function carriesSignature(document: JsonObject, name: string): boolean {
  const scheme = createResolver(document)(asObject(asObject(document.components).securitySchemes)[name]);
  return scheme.in === 'header' && /^(rc-)?(app-key|nonce|timestamp)$/i.test(String(scheme.name));
}

/** Whether a document describes how requests are signed. */
export function hasSignature(document: JsonObject): boolean {
  const names = Object.keys(asObject(asObject(document.components).securitySchemes));
  return names.some((name) => isSignature(document, name) === true);
}

/** Whether a security scheme is a signature; undefined where the document does not say what it is. */
function isSignature(document: JsonObject, name: string): boolean | undefined {
  const schemes = asObject(asObject(document.components).securitySchemes);
  return Object.hasOwn(schemes, name) ? 'x-signature' in createResolver(document)(schemes[name]) : undefined;
}

/** Whether a media type is JSON. */
export function isJsonType(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(mediaType);
}
