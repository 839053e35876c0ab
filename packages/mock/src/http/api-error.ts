import type { ApiErrorName } from './types.js';

/** What a step of the pipeline throws to have an error of the API answered. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly error: ApiErrorName;
  /** Where the answer's status is not the one of the error catalogue. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What the log says in place of the message. */
  readonly reason: string;

  constructor(
    error: ApiErrorName,
    message: string,
    more: { readonly status?: number; readonly headers?: Record<string, string>; readonly reason?: string } = {},
  ) {
    super(message);
    this.error = error;
    this.status = more.status;
    this.headers = more.headers ?? {};
    this.reason = more.reason ?? message;
  }
}
