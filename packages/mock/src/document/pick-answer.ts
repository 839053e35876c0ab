/**
 * Finds what the document has under `responses` for a status: its own entry, that of its range such as `4XX`, or, since
 * `default` documents whatever error has neither, that.
 */
export function pickAnswer<T>(status: string, get: (key: string) => T | undefined): T | undefined {
  const isError = /^[45]\d\d$/.test(status);
  return get(status) ?? get(`${status[0]}XX`) ?? (isError ? get('default') : undefined);
}
