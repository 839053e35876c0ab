/** A JSON object whose members are looked at one by one. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Gives the object that a node of the document stands for. */
export type Resolve = (node: unknown) => JsonObject;

/** Makes a function that gives the object that a node of the document stands for, following local references. */
export function createResolver(document: JsonObject): Resolve {
  return function resolve(node: unknown): JsonObject {
    let object = asObject(node);
    // Only a broken document has a chain this long: it goes in a circle.
    for (let hops = 0; typeof object.$ref === 'string' && hops < 20; hops += 1) {
      object = asObject(follow(document, object.$ref));
    }
    return object;
  };
}

/** Gives the value itself if it is a JSON object, otherwise an empty one. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function follow(document: JsonObject, reference: string): unknown {
  const keys = reference
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((node, key) => asObject(node)[key], document);
}

/**
 * Finds what the document has under `responses` for a status: its own entry, that of its range such as `4XX`, or, since
 * `default` documents whatever error has neither, that.
 */
export function pickAnswer<T>(status: string, get: (key: string) => T | undefined): T | undefined {
  const isError = /^[45]\d\d$/.test(status);
  return get(status) ?? get(`${status[0]}XX`) ?? (isError ? get('default') : undefined);
}
