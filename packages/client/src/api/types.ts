import type { Envelope } from '@nexconn-kit/contract';
import type { Client } from 'openapi-fetch';
import type { CallOptions } from '../call-options.js';
import type { DocumentedError, Operation } from '../table-types.js';
import type { AppSecret, NexconnClientOptions } from '../types.js';

/** What a scheme of the document demands that each call carries. */
export type SecurityScheme =
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  /** An `Authorization` header; OAuth 2.0 and OpenID Connect are `bearer`, too. */
  | { readonly type: 'basic' }
  | { readonly type: 'bearer' }
  /** The signature of Nexconn: `x-signature`. */
  | { readonly type: 'signature'; readonly headerPrefix: string };

/** What all operations of an API have in common, as it is generated of a document. */
export interface ApiSettings<Paths extends object = object> {
  /** The title of the document. */
  readonly title: string;
  /** The base URLs of the document, in its order. */
  readonly servers: readonly string[];
  readonly envelope: Envelope | null;
  /** Every documented error by its business code. */
  readonly errors: Readonly<Record<number, DocumentedError>>;
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  /** The types of path-style calls; there is no such value. */
  readonly paths?: Paths;
}

/** An operation as it is generated of a document, with the types of its request, its result and its error bodies by status. */
export interface ApiOperation<Request = never, Result = unknown, Errors = object> extends Operation {
  /** There is no such value. */
  readonly types?: (request: Request) => { readonly result: Result; readonly errors: Errors };
}

/** An API, or those operations of it that are called: bundlers leave out the others. */
export interface ApiDescription<
  Operations extends object = Readonly<Record<string, ApiOperation>>,
  Paths extends object = object,
> extends ApiSettings<Paths> {
  /** By their operationId. */
  readonly operations: Operations;
}

/** A user name and a password. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** What a signature is made with. */
export interface SignatureCredentials {
  readonly appKey: string;
  readonly appSecret: AppSecret;
}

/**
 * What one security scheme asks for: an API key or a token as a text, or a function that resolves to it, which is called at first
 * use and after each answer with status 401; a user name and a password; or an App Key and App Secret.
 */
export type Credential = string | (() => string | Promise<string>) | BasicCredentials | SignatureCredentials;

/** The options that a client of any API has in common with that of Nexconn. */
type Shared =
  | 'fetch'
  | 'proxy'
  | 'timeoutMs'
  | 'deadlineMs'
  | 'retry'
  | 'rateLimit'
  | 'failoverCoolDownMs'
  | 'headers'
  | 'onEvent'
  | 'validateRequests'
  | 'checkEchoes'
  | 'dangerouslyAllowHttp'
  | 'now';

/** The options of a client of any API. */
export interface ApiClientOptions extends Pick<NexconnClientOptions, Shared> {
  /** Its one host, such as a mock, in place of `servers`. Default: none. */
  readonly baseUrl?: string | undefined;
  /** Its hosts, the primary one first, then those that take over. Default: the servers of the document. */
  readonly servers?: readonly string[] | undefined;
  /** Whether results are checked: a call whose result breaks the document rejects with MALFORMED_RESPONSE. Default: true. */
  readonly validateResults?: boolean | undefined;
  /** What each security scheme asks for, by its name in the document. Default: none. */
  readonly credentials?: Readonly<Record<string, Credential | undefined>> | undefined;
}

/** Whether a request may be left out: one with no fields, or with none that is required. */
type IsOptional<Request> = string extends keyof Request ? true : Partial<Request> extends Request ? true : false;

/** The method of an operation. */
export type ApiMethod<Described> =
  Described extends ApiOperation<infer Request, infer Result, object>
    ? IsOptional<Request> extends true
      ? (request?: Request, options?: CallOptions) => Promise<Result>
      : (request: Request, options?: CallOptions) => Promise<Result>
    : never;

/** One typed method for each operation. */
export type ApiMethods<Operations extends object> = { readonly [Id in keyof Operations]: ApiMethod<Operations[Id]> };

/** The operations of a method that `openapi-fetch` has no types for, as if it were POST. */
type PathsOf<Paths, Method extends string> = {
  [Path in keyof Paths as Paths[Path] extends Record<Method, unknown> ? Path : never]: Paths[Path] extends Record<
    Method,
    infer Own
  >
    ? { post: Own }
    : never;
};

/** The methods of a path that `openapi-fetch` has no types for; those under `additionalOperations` as they are written there. */
type OtherMethod<PathItem> = PathItem extends unknown
  ? Exclude<keyof PathItem & string, Lowercase<keyof Client<object>> | 'parameters'>
  : never;

/** The `openapi-fetch` client of an API, with a function for each method of OpenAPI 3.2 that the API has. */
export type ApiHttp<Paths extends object> = Client<Paths> & {
  readonly [Method in OtherMethod<Paths[keyof Paths]> as Method extends 'query' ? 'QUERY' : Method]: Client<
    PathsOf<Paths, Method>
  >['POST'];
};

/** What a client has beside the methods of its operations. */
export interface ApiClientBase<Operations extends object, Paths extends object> extends AsyncDisposable {
  /** The method of each operation, also of one whose name is one of the client's own members. */
  readonly operations: ApiMethods<Operations>;
  /** The `openapi-fetch` client, with the same checks, attempts and credentials. */
  readonly http: ApiHttp<Paths>;
  /** The queue of calls that wait for a rate limit. */
  readonly rateLimit: {
    /** Throws where a call made now would be refused by the queue. @throws {NexconnRateLimitError} QUEUE_TOO_LONG */
    readonly check: (operationId: keyof Operations & string, options?: Pick<CallOptions, 'priority'>) => void;
  };
  /** Throws where a call with this request would not be sent. @throws {NexconnRequestError} INVALID_REQUEST */
  readonly checkRequest: <Id extends keyof Operations & string>(
    operationId: Id,
    request: Parameters<ApiMethod<Operations[Id]>>[0],
  ) => void;
  /** Waits for the calls under way, then ends all connections; those that wait for a rate limit reject with ABORTED. */
  readonly close: () => Promise<void>;
}

/** A client of any API: a method for each operation, and path-style calls. */
export type ApiClient<Operations extends object, Paths extends object = object> = Omit<
  ApiMethods<Operations>,
  keyof ApiClientBase<Operations, Paths>
> &
  ApiClientBase<Operations, Paths>;

/** The answer that a call failed with: its status, and its body as the document has it for that status. */
export type ErrorAnswer<Described> =
  Described extends ApiOperation<never, infer _Result, infer Errors>
    ? {
        [Status in keyof Errors]: {
          readonly status: Status extends number ? Status : number;
          readonly body: Errors[Status];
        };
      }[keyof Errors]
    : never;
