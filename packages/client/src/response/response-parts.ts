/** The parts of a response that decide what it amounts to. */
export interface ResponseParts {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Undefined where it is not JSON. */
  readonly body: unknown;
  /** Undefined where a middleware made the response. */
  readonly sizeBytes?: number;
}

/** Describes a body without a word of it: it may hold a token. */
export function describeBody({ contentType, sizeBytes }: ResponseParts): string {
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(contentType ?? '')?.[0] ?? 'no content type';
  return sizeBytes === undefined ? type : `${type}, ${sizeBytes} bytes`;
}
