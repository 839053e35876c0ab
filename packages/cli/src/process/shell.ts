/** Returns a text as one quoted word of a POSIX shell. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What clients need to know of a running mock. */
export interface MockAddress {
  readonly appKey: string;
  readonly appSecret: string;
  readonly url: string;
  /** The file that its certificate is trusted by. */
  readonly caFile?: string | undefined;
}

/** Returns the variables that point a client at a running mock. */
export function environmentOf({ appKey, appSecret, url, caFile }: MockAddress): Record<string, string> {
  return {
    NEXCONN_APP_KEY: appKey,
    NEXCONN_APP_SECRET: appSecret,
    NEXCONN_BASE_URL: url,
    ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }),
  };
}

/** Returns the lines of these variables. */
export function environmentLines(mock: MockAddress): string[] {
  return Object.entries(environmentOf(mock)).map(([name, value]) => `${name}=${value}`);
}
