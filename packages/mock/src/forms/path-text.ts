import type { JsonObject, Resolve } from '../document/lookup.js';
import { typesOfSchema } from './form-value.js';

type Texts = Readonly<Record<string, string>>;

/**
 * Returns what writes the parameters of a path in the style `simple` without `explode`, in which they are read, whichever style
 * the document has them in.
 */
export function createPathSimplifier(parameters: readonly JsonObject[], resolve: Resolve): (texts: Texts) => Texts {
  const styled = parameters
    .filter(({ in: place, style = 'simple', explode }) => place === 'path' && (style !== 'simple' || explode === true))
    .map((parameter) => ({ ...parameter, name: `${parameter.name}`, types: typesOfSchema(parameter.schema, resolve) }));
  if (styled.length === 0) return (texts) => texts;
  return (texts) => {
    const simple = styled.map((parameter) => [parameter.name, toSimpleText(texts[parameter.name] ?? '', parameter)]);
    return { ...texts, ...Object.fromEntries(simple) };
  };
}

interface Styled {
  readonly name: string;
  readonly types: ReadonlySet<unknown>;
  readonly style?: unknown;
  readonly explode?: unknown;
}

/** What is before each part of a text. */
const signs = new Map<unknown, string>([
  ['label', '.'],
  ['matrix', ';'],
]);

function toSimpleText(text: string, { name, types, style, explode }: Styled): string {
  const sign = signs.get(style);
  const bare = sign !== undefined && text.startsWith(sign) ? text.slice(1) : text;
  const isObject = types.has('object') && explode === true;
  const isSplit = isObject || (types.has('array') && explode === true);
  const parts = isSplit ? bare.split(sign ?? ',') : [bare];
  const start = style === 'matrix' && !isObject ? `${name}=` : '';
  const values = parts.map((part) => (part.startsWith(start) ? part.slice(start.length) : part));
  return (isObject ? values.map((value) => value.replace('=', ',')) : values).join(',');
}
