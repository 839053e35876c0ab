/** The parts of an OpenAPI document that the page build reads or changes. */
export interface ReadingDocument {
  info: { title: string; version: string; summary?: string; description?: string };
  tags?: unknown[];
  paths: Record<string, Record<string, unknown>>;
  [field: string]: unknown;
}

/** An operation's rate limit, as `x-rate-limit` states it. */
export interface RateLimit {
  limit: number;
  windowSeconds: number;
  per: string;
}

/** A program that makes a call, as a reference page shows it: `x-codeSamples`. */
export interface CodeSample {
  /** The name that a highlighter knows the language by. */
  lang: string;
  label: string;
  source: string;
}

/** What `site/guides/many-users.json` holds: figures as the benches print them in their last line. */
export interface MeasuredFigures {
  machine: string;
  tokenService: { reissuePerSecond: number; reissueStoredUsers: number; reissueGrowthMegabytes: number };
  tokenStores: StoreFigures[];
}

/** One run of the bench `token-stores`. */
export interface StoreFigures {
  storedUsers: number;
  postgresCountMs: number;
  [figure: string]: number;
}
