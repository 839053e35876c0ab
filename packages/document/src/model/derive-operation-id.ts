/**
 * Returns the name of an operation that has none: its method and the words of its path, `getUsersIdPosts` for
 * `GET /users/{id}/posts`. It is the same as long as both are, and those before it in the document that have no name.
 */
export function deriveOperationId(method: string, path: string, taken: ReadonlySet<string>): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
  let numbered = name;
  for (let serial = 2; taken.has(numbered); serial += 1) numbered = `${name}${serial}`;
  return numbered;
}
