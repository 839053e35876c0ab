/** The value of a header such as `Content-Type`: what stands before its parameters, in lower case, and these. */
export interface HeaderValue {
  readonly value: string;
  /** By name, in lower case; the first of one name. */
  readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /;\s*([!#$%&'*+\-.^`|~\w]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

/** Returns what a header says, whether its parameters are quoted or not. */
export function readHeaderValue(text: string): HeaderValue {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of text.matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(["\\])/g, '$1') ?? plain);
  }
  return { value: text.split(';', 1)[0]?.trim().toLowerCase() ?? '', parameters };
}

/** Whether a text has the form of a media type, or of a range of them. */
export function isMediaType(text: string): boolean {
  return /^\s*[!#$%&'*+\-.^`|~\w]+\/[!#$%&'*+\-.^`|~\w]+\s*(;|$)/.test(text);
}
