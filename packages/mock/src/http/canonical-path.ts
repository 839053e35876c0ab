/**
 * Returns a path with each character written in one way: a document may have `/ä`, and a request is for `/%C3%A4`.
 *
 * What is no percent-encoding stays as it is.
 */
export function canonicalPath(path: string): string {
  if (!/[^!-~]|["%<>\\^`{|}]/.test(path)) return path;
  return path.replace(/(?:%[\da-f]{2})+|[^!-~]+|["<>\\^`{|}]/gi, (part) => {
    try {
      return decodeURIComponent(part).replace(/[^!-~]|["#%/<>?\\^`{|}]/gu, encodeURIComponent);
    } catch {
      return part;
    }
  });
}

/** Returns the path of a document, whose braces stay. */
export function canonicalTemplate(path: string): string {
  const parts = path.split(/(\{[^}]+\})/);
  return parts.map((part, index) => (index % 2 ? part : canonicalPath(part))).join('');
}
