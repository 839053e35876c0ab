import type { IHttpRequest } from '@stoplight/prism-http';
import type { IHttpHeaderParam, IHttpOperation, IHttpQueryParam } from '@stoplight/types';

/**
 * Sets how Prism reads the parameters of an operation where it would fail, or where it differs from the document: those of a path
 * come to it in the style `simple`, and it reads nothing but lists in the styles of spaces and pipes.
 */
export function makeReadable({ request }: IHttpOperation): void {
  for (const parameter of request?.path ?? []) Object.assign(parameter, { style: 'simple', explode: false });
  for (const parameter of request?.query ?? []) {
    // It looks for the type of an object without asking whether there is a schema.
    parameter.schema ??= {};
    const isDelimited = separators.has(parameter.style);
    if (isDelimited && parameter.schema.type !== 'array') {
      const members = parameter.explode ? undefined : separators.get(parameter.style);
      Object.assign(parameter, { style: 'form', explode: parameter.explode ?? false, members });
    } else if (!isDelimited) {
      // As Prism's own command sets it, where nothing else is said.
      parameter.explode ??= true;
    }
  }
}

/** What stands between the items of a list, or the names and values of an object. */
const separators = new Map<string, string>([
  ['spaceDelimited', ' '],
  ['pipeDelimited', '|'],
]);

/**
 * Returns an operation and a request as Prism can read their parameters: it splits a header that is a list or an object without
 * asking whether it was sent, and the values of a `spaceDelimited` list at a `%20`, which is a space by then. It reads no JSON.
 */
export function withReadableParameters(
  operation: IHttpOperation,
  request: IHttpRequest,
  inJson: ReadonlySet<string>,
): [IHttpOperation, IHttpRequest] {
  const { headers = [], query = [] } = operation.request ?? {};
  const absent = headers.filter(
    (header) => isSplit(header) && request.headers?.[header.name.toLowerCase()] === undefined,
  );
  const rewrite = createRewriters(query, inJson);
  return [
    absent.length === 0
      ? operation
      : ({ ...operation, request: { ...operation.request, headers: leftOpen(headers, absent) } } as IHttpOperation),
    rewrite.size === 0
      ? request
      : { ...request, url: { ...request.url, query: rewriteQuery(request.url.query ?? {}, rewrite) } },
  ];
}

type Texts = string | string[];

/** Returns by name what makes of a parameter of the query what Prism reads. */
function createRewriters(
  query: readonly (IHttpQueryParam & { readonly members?: string })[],
  inJson: ReadonlySet<string>,
): Map<string, (texts: Texts) => unknown> {
  const rewriters = new Map<string, (texts: Texts) => unknown>();
  for (const { name, style, explode, members } of query) {
    const separator = separators.get(style);
    if (inJson.has(name)) rewriters.set(name, (texts) => readJson([texts].flat().at(-1) ?? ''));
    else if (members !== undefined) rewriters.set(name, (texts) => `${[texts].flat().at(-1)}`.replaceAll(members, ','));
    else if (separator !== undefined && !explode) rewriters.set(name, (texts) => toItems(texts, separator, explode));
  }
  return rewriters;
}

/** Where nothing is said of `explode`, a list may be in one text or in several. */
function toItems(texts: Texts, separator: string, explode: boolean | undefined): string {
  const all = [texts].flat();
  const text = explode === undefined ? all.join(separator) : (all.at(-1) ?? '');
  return text.replaceAll(' ', '%20');
}

function isSplit({ schema }: IHttpHeaderParam): boolean {
  return schema?.type === 'array' || schema?.type === 'object';
}

/** Prism keeps what it has made of parameters by the list that they are in, so that there is one for all such requests. */
const known = new WeakMap<readonly IHttpHeaderParam[], Map<string, IHttpHeaderParam[]>>();

/** Returns headers of which the absent ones may be anything: whether they are required is still asked. */
function leftOpen(headers: readonly IHttpHeaderParam[], absent: readonly IHttpHeaderParam[]): IHttpHeaderParam[] {
  const variants = known.get(headers) ?? new Map<string, IHttpHeaderParam[]>();
  known.set(headers, variants);
  const key = absent.map(({ name }) => name).join();
  const open = variants.get(key) ?? headers.map((each) => (absent.includes(each) ? { ...each, schema: {} } : each));
  variants.set(key, open);
  return open;
}

type Query = NonNullable<IHttpRequest['url']['query']>;

function rewriteQuery(query: Query, rewriters: ReadonlyMap<string, (texts: Texts) => unknown>): Query {
  const fields = Object.entries(query).map(([name, texts]) => [name, rewriters.get(name)?.(texts) ?? texts]);
  return Object.fromEntries(fields);
}

/** What is no JSON stays the text that it is, which fits no other type. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
