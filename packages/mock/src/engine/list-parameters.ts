import type { IHttpRequest } from '@stoplight/prism-http';
import type { IHttpHeaderParam, IHttpOperation } from '@stoplight/types';

/**
 * Returns an operation and a request as Prism can read their lists: it splits a header that is a list or an object without
 * asking whether it was sent, and the values of a `spaceDelimited` list at a `%20`, which is a space by then.
 */
export function withReadableLists(operation: IHttpOperation, request: IHttpRequest): [IHttpOperation, IHttpRequest] {
  const { headers = [], query = [] } = operation.request ?? {};
  const absent = headers.filter(
    (header) => isSplit(header) && request.headers?.[header.name.toLowerCase()] === undefined,
  );
  const spaced = query.filter(({ style, explode }) => style === 'spaceDelimited' && !explode);
  return [
    absent.length === 0
      ? operation
      : ({ ...operation, request: { ...operation.request, headers: leftOpen(headers, absent) } } as IHttpOperation),
    spaced.length === 0
      ? request
      : { ...request, url: { ...request.url, query: escapeSpaces(request.url.query ?? {}, spaced) } },
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

function escapeSpaces(
  query: NonNullable<IHttpRequest['url']['query']>,
  spaced: readonly { readonly name: string }[],
): NonNullable<IHttpRequest['url']['query']> {
  const names = new Set(spaced.map(({ name }) => name));
  const written = (text: string) => text.replaceAll(' ', '%20');
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      if (!names.has(name)) return [name, value];
      return [name, Array.isArray(value) ? value.map(written) : written(value)];
    }),
  );
}
