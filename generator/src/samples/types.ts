import type { JsonObject } from '../types.js';

export type Json = JsonObject[string];

/** One call of an operation, as every sample makes it. */
export interface SampleCall {
  /** The document, relative to the root. */
  source: string;
  operationId: string;
  /** `IssueAccessToken` for `issueAccessToken`: the name of a class. */
  typeName: string;
  summary: string;
  method: string;
  /** With its parameters filled in, and its query. */
  path: string;
  /** The parameters that the operation demands, with their values. */
  parameters: { name: string; in: string; value: Json }[];
  /** Those of them that are headers. */
  headers: Record<string, string>;
  /** What it sends: the example of the document; undefined where the operation has no body. */
  body: SampleBody | undefined;
  /** Parameters and body as the typed client takes them. */
  request: JsonObject;
  /** The fields of the result that repeat one of the request, which a sample may print: `userId`. */
  printed: string[];
  /** The other fields of the result, which may be secret. */
  notPrinted: string[];
  /** The status of a success. */
  successStatus: number;
  /** The status of a success that has no body: `204`; undefined where the answer has one. */
  emptyStatus: number | undefined;
  signature: SignatureNames;
  envelope: { code: string; success: number; message: string; result: string };
}

/** A body, as a language writes it: a value of JSON, a text, or the parts of a form. */
export type SampleBody =
  | { kind: 'json'; contentType: string; value: Json }
  | { kind: 'text'; contentType: string; text: string }
  | { kind: 'form'; contentType: string; parts: readonly FormPart[] };

/** A field of a form, or a file. */
export interface FormPart {
  name: string;
  text: string;
  isFile: boolean;
}

/** The headers that carry a signature's parts. */
export interface SignatureNames {
  appKey: string;
  nonce: string;
  timestamp: string;
  signature: string;
}

/** A language, and how a sample in it is run. `{file}` is the sample, `{out}` a folder for what a compiler writes. */
export interface SampleLanguage {
  /** Its folder under `examples/languages/`. */
  id: string;
  title: string;
  /** The name that a highlighter knows it by. */
  highlight: string;
  extension: string;
  /** The programs that it needs on the `PATH`; the first one says whether it is there. */
  programs: string[];
  build?: string[];
  run: string[];
  write(call: SampleCall): string;
}
