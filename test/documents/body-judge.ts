import type { LoadedDocument } from '@nexconn-kit/document';
import { createOracleOf } from '../contract/schema-oracle.js';
import { makeRawDocument, membersOf, type Node, type RawDocument } from './raw-document.js';

/** A body that an operation takes, as its document describes it. */
export interface DescribedBody {
  readonly schema: Node;
  readonly pointer: string;
}

/** The oracle of a document's bodies. */
export interface BodyJudge {
  readonly raw: RawDocument;
  /** Returns the body of one media type of an operation, named by its method and path; undefined where it has none. */
  readonly describe: (operation: string, contentType: string) => DescribedBody | undefined;
  /** Returns the JSON of an answer of an operation with this status; undefined where it has none. */
  readonly describeAnswer: (operation: string, status: number) => DescribedBody | undefined;
  /** Whether a body is good; undefined where the oracle cannot compile its schema. */
  readonly judge: (described: DescribedBody, body: unknown) => Promise<boolean | undefined>;
}

/** Creates the oracle of a document. */
export function createBodyJudge({ document }: Pick<LoadedDocument, 'document'>): BodyJudge {
  const raw = makeRawDocument(document as Readonly<Record<string, Node>>);
  const oracle = createOracleOf(forOracle(document, raw.resolve) as object);

  function describe(operation: string, contentType: string): DescribedBody | undefined {
    return contentOf(operation, ['requestBody'], (type) => type === contentType);
  }

  function describeAnswer(operation: string, status: number): DescribedBody | undefined {
    const keys = [`${status}`, `${Math.floor(status / 100)}XX`, 'default'];
    const isJson = (type: string): boolean => /[/+]json/.test(type);
    return keys.map((key) => contentOf(operation, ['responses', key], isJson)).find((found) => found !== undefined);
  }

  /** Returns the first content of a media type of what stands in an operation, or is referred to there. */
  function contentOf(
    operation: string,
    keys: readonly string[],
    isWanted: (type: string) => boolean,
  ): DescribedBody | undefined {
    const found = raw.operations.find(({ method, path }) => `${method} ${path}` === operation);
    if (found === undefined) return undefined;
    const node = keys.reduce<Node>((at, key) => membersOf(at)[key], found.definition);
    const { $ref } = membersOf(node);
    const own = `/paths/${[found.path, found.method.toLowerCase(), ...keys].map(escapeKey).join('/')}`;
    const content = membersOf(raw.resolve(node).content);
    const type = Object.keys(content).find(isWanted);
    const { schema } = membersOf(type === undefined ? undefined : content[type]);
    if (type === undefined || schema === undefined) return undefined;
    return { pointer: `${typeof $ref === 'string' ? $ref.slice(1) : own}/content/${escapeKey(type)}/schema`, schema };
  }

  return {
    ...{ raw, describe, describeAnswer },
    // What it cannot compile it says nothing of.
    judge: ({ pointer }, body) => oracle(pointer, body).catch(() => undefined),
  };
}

function escapeKey(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/**
 * Returns a document without its examples, which may look like schemas, and without what is `readOnly`: for JSON Schema that is an
 * annotation, where OpenAPI has it count in answers alone.
 */
function forOracle(node: unknown, resolve: RawDocument['resolve'], isMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => forOracle(item, resolve));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => isMap || (key !== 'example' && key !== 'examples'));
  const given = Object.fromEntries(entries);
  const members = isMap ? given : withoutReadOnly(given, resolve);
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [key, forOracle(value, resolve, !isMap && key === 'properties')]),
  );
}

function withoutReadOnly(members: Record<string, unknown>, resolve: RawDocument['resolve']): Record<string, unknown> {
  const { required, properties } = members;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return members;
  const left = Object.entries(properties).filter(([, property]) => isReadOnly(property, resolve));
  if (left.length === 0) return members;
  const names = new Set(left.map(([name]) => name));
  // Whatever it is: who sends it is not heard.
  const others = Object.entries(properties).map(([name, property]) => [name, names.has(name) ? {} : property]);
  const demanded = Array.isArray(required) ? { required: required.filter((name) => !names.has(`${name}`)) } : {};
  return { ...members, properties: Object.fromEntries(others), ...demanded };
}

function isReadOnly(node: unknown, resolve: RawDocument['resolve'], depth = 0): boolean {
  const { readOnly, allOf } = resolve(node);
  return (
    readOnly === true ||
    (depth < 5 && Array.isArray(allOf) && allOf.some((part) => isReadOnly(part, resolve, depth + 1)))
  );
}
