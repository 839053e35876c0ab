/** An HTTP method: one of these in upper case, any other as the document has it. */
export type HttpMethod =
  | 'GET'
  | 'PUT'
  | 'POST'
  | 'DELETE'
  | 'OPTIONS'
  | 'HEAD'
  | 'PATCH'
  | 'TRACE'
  | 'QUERY'
  | (string & Record<never, never>);

/** A parameter of an operation, outside of its body; a cookie is none, since no call sets one. */
export interface OperationParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
}

/** The body of an operation: its JSON where it may be sent as that, otherwise the first of its media types. */
export interface OperationBody {
  readonly contentType: string;
  readonly required: boolean;
  /** Names of the top-level fields, in the order of the document. */
  readonly fields: readonly string[];
  /** Names of those whose empty string counts as not sent. */
  readonly emptyIsAbsent: readonly string[];
}

/** How often an operation may be called. */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
  /** What the limit is counted for, such as `app-key`. */
  readonly per: string;
}

/** What an operation can do to the users and tokens that a mock keeps. */
export type EffectName = 'issueToken' | 'registerUser' | 'changeUser' | 'findUser' | 'removeUser' | 'expireTokens';

/** Where an effect takes a value from: a runtime expression of OpenAPI, read. */
export interface EffectValue {
  readonly from: 'request.body' | 'request.path' | 'request.query' | 'request.header' | 'response.body';
  /** The keys down to it; for a parameter, its name alone, that of a header in lower case. */
  readonly path: readonly string[];
}

/** What an operation does to the state of a mock when it has succeeded. */
export interface Effect {
  readonly effect: EffectName;
  /** What it takes, by name. */
  readonly values: Readonly<Record<string, EffectValue>>;
  /** Name of the error of the catalogue that a user who is not known is refused with; left out where nothing is refused. */
  readonly unknown?: string;
}

/** How an operation is called, and what it can answer. */
export interface Operation {
  readonly operationId: string;
  readonly method: HttpMethod;
  /** The path of the document, with its `{…}` in place. */
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly OperationParameter[];
  /** Null for an operation that sends none. */
  readonly body: OperationBody | null;
  /** Null where none is documented. */
  readonly rateLimit: RateLimit | null;
  /** HTTP status of the documented success. */
  readonly successStatus: number;
  /** Every documented HTTP status, ascending. */
  readonly statuses: readonly number[];
  /** Whether the documented success has a body. */
  readonly hasAnswerBody: boolean;
  /** Fields of its result that repeat a field of the request, name in the result → name in the request; left out where there are none. */
  readonly echoes?: Readonly<Record<string, string>>;
  /** What it does to the state of a mock, in this order; left out where it does nothing. */
  readonly effects?: readonly Effect[];
}

/** A server of the document. */
export interface Server {
  readonly url: string;
  /** Empty where the document names none. */
  readonly region: string;
  /** `primary` or `backup`; empty where the document names none. */
  readonly role: string;
  readonly description: string;
}

/** Names of the fields that wrap every answer. */
export interface Envelope {
  /** Field of the business code. */
  readonly code: string;
  /** The business code of a success. */
  readonly success: number;
  /** Field of the error message. */
  readonly message: string;
  /** Field of the result. */
  readonly result: string;
}

/** One documented business error. */
export interface ErrorCatalogueEntry {
  readonly name: string;
  /** The business code in the answer's body. */
  readonly code: number;
  readonly httpStatus: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** One rule that a request body or a result breaks. It never holds the value itself. */
export interface ValidationIssue {
  /** The field, such as `userId` or `profile.name`; `''` is the whole body or result. */
  readonly field: string;
  /** The broken keyword: `required`, `type`, `pattern`, `maxLength`, `x-max-bytes`, … */
  readonly keyword: string;
  /** The limit that the document sets, in the unit of the keyword. */
  readonly limit?: number | string;
  /** The size found, in the unit of the keyword, or for `type` the JSON type found. */
  readonly actual?: number | string;
  /** A sentence that names the field, the limit and the actual size. */
  readonly message: string;
}

/** A function that returns what is wrong with a request body or a result; an empty list means that it is valid. */
export type Validator = (value: unknown) => readonly ValidationIssue[];

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** An API as code: generated from a document, or loaded at run time by `@nexconn-kit/document`. */
export interface ApiDescription {
  /** The bundled document; every `$ref` in it is local. */
  readonly document: OpenApiDocument;
  /** Every operation by its operationId. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** The validator of each operation's body, by its operationId. */
  readonly validators: Readonly<Record<string, Validator>>;
  /** The validator of each query that is described as a whole (`in: querystring`), by operationId; left out where there is none. */
  readonly queryValidators?: Readonly<Record<string, Validator>>;
  /** Every documented business error by its name. */
  readonly errors: Readonly<Record<string, ErrorCatalogueEntry>>;
  /** Null where the whole body of an answer is the result. */
  readonly envelope: Envelope | null;
}
