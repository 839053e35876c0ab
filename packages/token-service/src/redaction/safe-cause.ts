/** Replaces each secret wherever it stands in a text that others wrote. */
export type Redact = (text: string) => string;

/** The properties of system and undici errors that help and cannot hold a header. */
const kept = ['code', 'errno', 'syscall', 'hostname', 'address', 'port'];
const depthLimit = 5;

/** Returns the function that takes the given secrets out of texts; those of up to three characters are parts of other words. */
export function createRedact(secrets: readonly string[]): Redact {
  return (text) =>
    secrets.reduce((rest, secret) => (secret.length > 3 ? rest.replaceAll(secret, '[redacted]') : rest), text);
}

/** Returns what stands for something thrown that cannot be read. */
const illegible = (): Error => new Error('Something was thrown that cannot be read.');

/** Returns what was thrown; an error in its place where it, or a cause, cannot be read, as a revoked proxy or what a getter throws for. */
export function legible(thrown: unknown): unknown {
  try {
    for (let [each, depth] = [thrown, 0]; depth <= depthLimit; depth += 1) {
      const { name, message, stack, code, cause } = Object(each);
      // Joined, what is no text and cannot become one throws as well.
      [each instanceof Error, name, message, stack, code].join();
      each = cause;
    }
    return thrown;
  } catch {
    return illegible();
  }
}

/**
 * Returns a copy of an error and its causes with message, stack and error codes only; it never throws.
 *
 * A transport may hang the request, with its headers, on the errors it throws. The same file stands in each package that
 * passes on errors of others; a test compares them.
 */
export function safeCause(error: unknown, redact: Redact, depth = 0): Error | undefined {
  if (error === undefined || error === null || depth > depthLimit) return undefined;
  try {
    return copyOf(error, redact, depth);
  } catch {
    return illegible();
  }
}

function copyOf(error: unknown, redact: Redact, depth: number): Error {
  if (!(error instanceof Error)) return new Error(redact(`A ${typeof error} was thrown.`));
  const cause = safeCause(error.cause, redact, depth + 1);
  const copy = new Error(redact(String(error.message)), cause && { cause });
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
