/** The part of a D1 database of Cloudflare that is used. */
export interface D1Like {
  prepare(sql: string): D1StatementLike;
  /** Runs statements one after another, all of them or none. */
  batch(statements: D1StatementLike[]): Promise<readonly { readonly results: readonly unknown[] }[]>;
}

/** The part of its prepared statements that is used. */
export interface D1StatementLike {
  bind(...values: unknown[]): D1StatementLike;
  all(): Promise<{ readonly results: readonly unknown[] }>;
}
