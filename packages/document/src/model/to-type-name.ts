/** `issueAccessToken`, `issue-access-token` → `IssueAccessToken`. */
export function toTypeName(name: string): string {
  const joined = name
    .split(/[^A-Za-z0-9_$]+/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
  return /^[A-Za-z_$]/.test(joined) ? joined : `Schema${joined}`;
}
