/** Replaces each secret wherever it stands in a text that others wrote. */
export type Redact = (text: string) => string;

/** The properties of system and undici errors that help and cannot hold a header. */
const kept = ['code', 'errno', 'syscall', 'hostname', 'address', 'port'];
const depthLimit = 5;

/** Returns the function that takes the given secrets out of texts. */
export function createRedact(secrets: readonly string[]): Redact {
  return (text) => secrets.reduce((rest, secret) => (secret ? rest.replaceAll(secret, '[redacted]') : rest), text);
}

/**
 * Returns a copy of an error and its causes with message, stack and error codes only.
 *
 * A transport may hang the request, with its headers, on the errors it throws. The same file stands in each package that
 * passes on errors of others; a test compares them.
 */
export function safeCause(error: unknown, redact: Redact, depth = 0): Error | undefined {
  if (error === undefined || error === null || depth > depthLimit) return undefined;
  if (!(error instanceof Error)) return new Error(redact(`A ${typeof error} was thrown.`));
  const cause = safeCause(error.cause, redact, depth + 1);
  const copy = new Error(redact(error.message), cause && { cause });
  for (const key of ['name', 'stack'] as const) {
    const value = redact(String(error[key]));
    Object.defineProperty(copy, key, { value, configurable: true, writable: true });
  }
  for (const key of kept) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === 'string') Object.assign(copy, { [key]: redact(value) });
    if (typeof value === 'number') Object.assign(copy, { [key]: value });
  }
  // By its name: not every engine of an app has the class. One may list itself many times.
  const errors: unknown = Reflect.get(error, 'errors');
  if (error.name === 'AggregateError' && Array.isArray(errors)) {
    Object.assign(copy, { errors: errors.slice(0, 20).map((each) => safeCause(each, redact, depth + 3)) });
  }
  return copy;
}
