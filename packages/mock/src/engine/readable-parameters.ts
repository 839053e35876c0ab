import type { IHttpRequest } from '@stoplight/prism-http';
import type { IHttpHeaderParam, IHttpOperation } from '@stoplight/types';

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
  const spaced = new Set(
    query.filter(({ style, explode }) => style === 'spaceDelimited' && !explode).map(({ name }) => name),
  );
  return [
    absent.length === 0
      ? operation
      : ({ ...operation, request: { ...operation.request, headers: leftOpen(headers, absent) } } as IHttpOperation),
    spaced.size === 0 && inJson.size === 0
      ? request
      : { ...request, url: { ...request.url, query: rewriteQuery(request.url.query ?? {}, spaced, inJson) } },
  ];
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

function rewriteQuery(query: Query, spaced: ReadonlySet<string>, inJson: ReadonlySet<string>): Query {
  const fields = Object.entries(query).map(([name, value]) => {
    if (inJson.has(name)) return [name, readJson([value].flat().at(-1) ?? '')];
    if (!spaced.has(name)) return [name, value];
    return [name, Array.isArray(value) ? value.map(escapeSpaces) : escapeSpaces(value)];
  });
  return Object.fromEntries(fields);
}

function escapeSpaces(text: string): string {
  return text.replaceAll(' ', '%20');
}

/** What is no JSON stays the text that it is, which fits no other type. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
