/** Whether a text can be the name of a header, by RFC 9110. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^`|~\w-]+$/.test(name);
}

/** Whether something is a text that can be the value of a header: it has no line break, and no character of more than a byte. */
export function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
