import type {
  Operation as DocumentedOperation,
  Envelope,
  ErrorCatalogueEntry,
  OperationBody,
  RateLimit,
  ValidationIssue,
  Validator,
} from '@nexconn-kit/contract';
import type { NexconnError, NexconnErrorCode } from './errors.js';

type Read = 'operationId' | 'method' | 'path' | 'echoes';

/** A parameter as the client sends it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  /** Its name in the flat request, where that is another: `path.id` beside a field `id` of the body. */
  readonly field?: string;
  /** How its value becomes text, where that is not the default of its place. */
  readonly style?: 'form' | 'simple' | 'label' | 'matrix' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'json';
  /** Default: true for `form`. */
  readonly explode?: boolean;
  /** Whether its value may hold the reserved characters of URLs as they are. Default: false. */
  readonly allowReserved?: boolean;
  /** Of one that is the query as a whole: its media type, and of a form how its fields are written. */
  readonly contentType?: string;
  readonly encoding?: Readonly<Record<string, FieldEncoding>>;
}

/** How a field of a form is written, where that is not what its value alone says. */
export interface FieldEncoding extends Pick<Parameter, 'explode' | 'allowReserved'> {
  readonly style?: 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';
  /** Media types, with commas between them; they count where there is nothing of a parameter. */
  readonly contentType?: string;
  /** Headers that its part has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of an operation as the client sends it. */
export interface Body extends Pick<OperationBody, 'contentType' | 'required'> {
  /** Names of the fields whose empty string counts as not sent; left out where there are none. */
  readonly emptyIsAbsent?: readonly string[];
  /** The one field of the flat request that holds it; left out where its own fields stand there. */
  readonly field?: string;
  /** Of a form: how its fields are written, by their names; parts without names by their places, and by `''` all others. */
  readonly encoding?: Readonly<Record<string, FieldEncoding>>;
  /** Checks and writes it, where it is not JSON. */
  readonly write?: WriteBody;
}

/** A body as it is sent, and what is wrong with it. */
export interface CheckedBody {
  /** Empty where none is sent. */
  readonly text: string | Uint8Array<ArrayBuffer>;
  readonly issues: readonly ValidationIssue[];
  /** Resolves to the body, and its type, where reading it takes time. */
  readonly finish?: () => Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string }>;
}

/** Checks a body that is not JSON, and returns it as it is sent. */
export type WriteBody = (
  value: unknown,
  call: { readonly operation: Operation | undefined },
  settings: { readonly validateRequests: boolean },
) => CheckedBody;

/** Returns the path of an operation with its query, puts what else its parameters are into the headers, and refuses what cannot be written. */
export type WriteParameters = (
  operation: Pick<Operation, 'path' | 'parameters'>,
  params: Readonly<Partial<Record<Parameter['in'], Readonly<Record<string, unknown>>>>>,
  headers: Record<string, string>,
  refuse: (issues: readonly ValidationIssue[]) => void,
) => string;

/**
 * Returns the result of an answer of success in a list, and whether it is the one that the document describes; a text that says
 * what is wrong with the answer; undefined where it is the documented JSON.
 */
export type ReadAnswer = (
  answer: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  },
  body: unknown,
  operation: Pick<Operation, 'successStatus'>,
) => readonly [result: unknown, isDescribed?: boolean] | string | undefined;

/** The part of a documented operation that the client needs. */
export interface Operation extends Pick<DocumentedOperation, Read> {
  readonly parameters: readonly Parameter[];
  /** Left out where no parameter stands outside of the headers. */
  readonly write?: WriteParameters;
  readonly body: Body | null;
  /** Left out where none is documented. */
  readonly rateLimit?: Pick<RateLimit, 'limit' | 'windowSeconds'> | null;
  /** Whether its success has a body. Default: true. */
  readonly hasAnswerBody?: boolean;
  /** The status whose answer its result is, where there are several of success. */
  readonly successStatus?: number;
  /** What of media types its `Accept` header asks for, where that is not `application/json`. */
  readonly accept?: string;
  /** Reads the answer, where it is not JSON. */
  readonly read?: ReadAnswer;
  /** Names of the security schemes of each way in which it may be called; left out where the document names none. */
  readonly security?: readonly (readonly string[])[];
  /** Checks its parameters as one flat object, its body and its result; left out where there is nothing to check. */
  readonly validateParameters?: Validator;
  readonly validateRequest?: Validator;
  readonly validateResult?: Validator;
}

/** The part of a documented error that the client needs. */
export interface DocumentedError extends Pick<ErrorCatalogueEntry, 'httpStatus' | 'retryable'> {
  /** Its meaning and its remedy. */
  readonly explanation: string;
}

/** The codes of errors that an answer can come to. */
export type AnswerErrorCode = Extract<
  NexconnErrorCode,
  | 'REQUEST_REJECTED'
  | 'SIGNATURE_REJECTED'
  | 'CREDENTIALS_REJECTED'
  | 'APP_UNAVAILABLE'
  | 'CALL_RESTRICTED'
  | 'UNAUTHORIZED'
  | 'RATE_LIMITED'
  | 'USER_LIMIT_REACHED'
  | 'SERVICE_NOT_ENABLED'
  | 'SERVICE_FAILED'
  | 'UNEXPECTED_RESPONSE'
>;

/** What a client knows of the API that it calls. */
export interface Api {
  readonly operations: readonly Operation[];
  /** Every error by its business code. */
  readonly errors: Readonly<Record<number, DocumentedError>>;
  /** Names of the fields that wrap every answer; null where the whole body is the result. */
  readonly envelope: Envelope | null;
  /** What callers distinguish of its business codes; others follow from the status. */
  readonly codes: Readonly<Partial<Record<number, AnswerErrorCode>>>;
  /** Whether a header is one that the client sets itself in place of any that a caller has set. */
  readonly isOwnHeader: (name: string) => boolean;
  /** What the refusal of a `userId` that is too long or has other characters ends with. */
  readonly userIdAdvice?: string;
  /** Returns the error for an answer that is no success, where it is one of the API's without an envelope. */
  readonly refusalOf?: (body: unknown, status: number, call: { readonly title: string }) => NexconnError | undefined;
  /** Receives each answer that a method fails with. */
  readonly onRefusal?: (
    failure: object,
    answer: { readonly response: { readonly status: number }; readonly body: unknown },
  ) => void;
}
