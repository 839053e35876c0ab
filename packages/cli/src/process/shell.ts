/** Returns a text as one quoted word of a POSIX shell. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns the three lines that point a client at a running mock. */
export function environmentLines(mock: { appKey: string; appSecret: string; url: string }): string[] {
  return [`NEXCONN_APP_KEY=${mock.appKey}`, `NEXCONN_APP_SECRET=${mock.appSecret}`, `NEXCONN_BASE_URL=${mock.url}`];
}
