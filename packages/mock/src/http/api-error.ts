import { STATUS_CODES } from 'node:http';
import type { Api, ApiErrorName, Issue } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import type { SignatureRefusal } from './types.js';

/** What a step of the pipeline throws to have an error of the API answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly error: ApiErrorName;
  /** Where the answer's status is not the one of the error catalogue. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What the log says in place of the message. */
  readonly reason: string;
  /** Where it is the signature that was refused. */
  readonly signature: SignatureRefusal | undefined;

  constructor(
    error: ApiErrorName,
    message: string,
    more: {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly reason?: string;
      readonly signature?: SignatureRefusal;
    } = {},
  ) {
    super(message);
    this.error = error;
    this.status = more.status;
    this.headers = more.headers ?? {};
    this.reason = more.reason ?? message;
    this.signature = more.signature;
  }
}

const sizeKeywords = new Set(['maxLength', 'x-max-bytes', 'maxItems', 'maxProperties']);

/** Returns one error for all issues: too long where that is all that is wrong, otherwise invalid. */
export function issuesError(issues: readonly Issue[]): ApiError {
  const tooLong = issues.every(({ keyword }) => sizeKeywords.has(keyword));
  const message = issues.map((issue) => issue.message).join(' ');
  return new ApiError(tooLong ? 'ParameterTooLong' : 'ParameterInvalid', message);
}

/** Returns the body of an error answer, its fields named as the document names them. */
export function errorBody({ envelope }: Pick<Api, 'envelope'>, code: number, message: string): JsonObject {
  return { [envelope?.code ?? 'code']: code, [envelope?.message ?? 'errorMessage']: message };
}

/** The problem of a plain API, as RFC 9457 has it and Prism answers it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

const problemType =
  'https://github.com/nexconn-kit/nexconn-kit/blob/main/packages/docs/site/guides/own-document.md#what-the-mock-fills-in';

/** Returns the body of an error answer of a plain API. */
export function problemBody(status: number, detail: string): Problem {
  return { type: problemType, title: STATUS_CODES[status] ?? 'Refused', status, detail };
}

/** Returns what the log says of something thrown, which may be anything. */
export function wordsOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.message}` : typeof thrown;
  } catch {
    return 'what was thrown cannot be read';
  }
}
