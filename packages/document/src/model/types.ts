import type { Effect } from '@nexconn-kit/contract';
import type { FieldEncoding } from '../forms/form-encoding.js';
import type { JsonObject, ObjectShape, Schema } from '../json/types.js';
import type { Problem } from '../types.js';

/** The function that records a problem at a place of the bundled document. */
export type ProblemReporter = (pointer: string, message: string, hint: string) => void;

/** Records what is wrong with an operation. */
export interface OperationReporters {
  /** Nothing can play it. */
  report: ProblemReporter;
  /** It can be played, but no method of a client can be made of it. */
  reportCall: ProblemReporter;
}

/** A parameter in the path, the query, a header or a cookie. */
export interface ResolvedParameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required: boolean;
  /** Its name in a flat request: its own, with its place before it (`path.id`) where something before it has that. */
  field: string;
  /** How it becomes text, where that is not the default of its place; `json` for one that is written as JSON. */
  style?: string;
  explode?: boolean;
  allowReserved?: boolean;
  /** Of the query as a whole: its media type, and of a form how its fields are written. */
  contentType?: string;
  encoding?: Record<string, FieldEncoding>;
  description: string;
  schema: Schema;
  pointer: string;
}

/** Whether a parameter is the query as a whole: `in: querystring` of OpenAPI 3.2. */
export function isWholeQuery({ contentType }: Pick<ResolvedParameter, 'contentType'>): boolean {
  return contentType !== undefined;
}

/** The body of an operation: its JSON where it may be sent as that, otherwise the first of its media types. */
export interface ResolvedBody {
  contentType: string;
  required: boolean;
  /** The one field of a flat request that holds it; undefined where its own fields stand there. */
  field?: string;
  schema: Schema;
  shape: ObjectShape;
  /** Fields of which an empty text counts as not sent: `x-empty-is-absent`. */
  emptyIsAbsent: string[];
  /** Whether it is a list that is sent as JSON with a line for each item. */
  isLines?: boolean;
  /** Of a form: how its fields are written, by their names, or their places and `''`; left out where nothing is said of any. */
  encoding?: Record<string, FieldEncoding>;
  pointer: string;
}

/** An operation with everything that the outputs need to know of it. */
export interface ResolvedOperation {
  operationId: string;
  /** `IssueAccessToken` for `issueAccessToken`. */
  typeName: string;
  /** Upper case. */
  method: string;
  path: string;
  summary: string;
  description: string;
  deprecated: boolean;
  parameters: ResolvedParameter[];
  body: ResolvedBody | null;
  rateLimit: { limit: number; windowSeconds: number; per: string } | null;
  successStatus: number;
  statuses: number[];
  /** Whether the success answer has a body. */
  hasAnswerBody: boolean;
  /** The media types of its success, those that are read first; empty where it has no body. */
  answerTypes: string[];
  /** The schema of an item, where the answer is a stream of them; null where it is a text, or JSON. */
  item: Schema | null;
  /** Schema of what a call returns; null where there is nothing. */
  result: Schema | null;
  /** Fields of an object result that repeat a field of the request: `x-echoes`, name in the result → name in the request. */
  echoes: Record<string, string>;
  /** What it does to the state of a mock: its `x-mock`. */
  effects: Effect[];
  /** Where the success answer is described. */
  resultPointer: string;
  /** Schemas of documented error answers, by status, range or `default`. */
  errors: Record<string, Schema>;
  /** Names of the security schemes of each way in which it may be called; undefined where the document says nothing of it. */
  security?: string[][];
  pointer: string;
}

/** What a client has to send so that it may call. */
export type ResolvedScheme =
  | { type: 'apiKey'; in: 'header' | 'query' | 'cookie'; name: string }
  | { type: 'basic' | 'bearer' }
  | { type: 'signature'; headerPrefix: string };

/** An entry of `x-error-codes`. */
export interface ErrorCodeEntry {
  name: string;
  code: number;
  httpStatus: number;
  retryable: boolean;
  meaning: string;
  remedy: string;
}

/** A server with its variables filled in. */
export interface ResolvedServer {
  url: string;
  region: string;
  role: string;
  description: string;
}

/** Names of the fields that wrap every answer: `x-envelope`. */
export interface ResolvedEnvelope {
  code: string;
  success: number;
  message: string;
  result: string;
}

/** A bundled document, resolved once for validators, operations and generated files. */
export interface ResolvedDocument {
  /** The bundled document; every `$ref` in it is local. */
  bundle: JsonObject;
  operations: ResolvedOperation[];
  servers: ResolvedServer[];
  envelope: ResolvedEnvelope | null;
  errorCodes: ErrorCodeEntry[];
  /** Each security scheme that a client can have credentials for, by its name. */
  securitySchemes: Record<string, ResolvedScheme>;
  /** `x-own-server`: a server of one's own, which the client has no methods for. */
  isOwnServer: boolean;
  /** What was left out of what is played, and why, and what looks like a mistake. */
  warnings: Problem[];
}
