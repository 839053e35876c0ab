const depthLimit = 5;

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
