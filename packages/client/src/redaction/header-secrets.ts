/** What the client sends by itself holds nothing of the caller's. */
const ownHeader = /^(accept|content-type|user-agent|x-request-id)$/i;

/**
 * Returns what may be secret of the headers of a client, or of one call, such as the `Authorization` of a gateway: their values,
 * and long words of them.
 */
export function headerSecrets(headers: Readonly<Record<string, string>>): readonly string[] {
  const values = Object.entries(headers).flatMap(([name, value]) => (ownHeader.test(name) ? [] : value));
  // Shorter ones are no secrets, but parts of other words.
  const words = values.flatMap((value) => value.split(/[ ,;]/)).filter((word) => word.length >= 8);
  // The longest first: what is left of a value once a word of it has been taken out would stay.
  return [...values.filter((value) => value.length >= 4), ...words].sort((a, b) => b.length - a.length);
}
