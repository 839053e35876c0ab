import type { LoadedDocument } from '@nexconn-kit/document';
import fc from 'fast-check';
import { createOracleOf, type JudgeSchema } from '../contract/schema-oracle.js';
import type { Dice } from '../soak/create-dice.js';
import { drawValue } from './draw-value.js';
import { makeRawDocument, membersOf, type Node } from './raw-document.js';

/** How often two judges said the same of a body. */
export interface VerdictCounts {
  readonly judged: number;
  readonly equal: number;
  /** Of them, those that both take. */
  readonly valid: number;
  readonly differences: readonly string[];
}

interface Limits {
  readonly dice: Dice;
  readonly untilMs: number;
  readonly count: number;
}

/** Draws bodies of a document's operations, most of them good or nearly so, and compares the validators with the oracle. */
export async function compareBodies(
  { document, operations, validators }: LoadedDocument,
  { dice, untilMs, count }: Limits,
): Promise<VerdictCounts> {
  const raw = makeRawDocument(document as Readonly<Record<string, Node>>);
  const asked = Object.values(operations).filter(({ operationId, body }) => {
    return /[/+]json/.test(body?.contentType ?? '') && validators[operationId] !== undefined;
  });
  const counted = { judged: 0, equal: 0, valid: 0 };
  const differences: string[] = [];
  if (asked.length === 0) return { ...counted, differences };
  const oracle = createOracleOf(withoutReadOnly(document) as object);
  for (let index = 0; index < count && performance.now() < untilMs; index += 1) {
    const operation = asked[index % asked.length];
    const definition = raw.operations.find(({ method, path }) => `${method} ${path}` === keyOf(operation))?.definition;
    const contentType = operation?.body?.contentType ?? '';
    const found = pointerOf(definition, keyOf(operation), contentType, raw.resolve);
    if (operation === undefined || found === undefined) continue;
    const body = drawBody(found.schema, raw.resolve, dice);
    const ours = validators[operation.operationId]?.(body).length === 0;
    const theirs = await verdictOf(oracle, found.pointer, body);
    if (theirs === undefined) continue;
    counted.judged += 1;
    if (ours === theirs) counted.equal += 1;
    else
      differences.push(
        `${operation.operationId}: ours ${ours}, oracle ${theirs}: ${JSON.stringify(body).slice(0, 300)}`,
      );
    if (ours && theirs) counted.valid += 1;
  }
  return { ...counted, differences };
}

function keyOf(operation: { readonly method: string; readonly path: string } | undefined): string {
  return `${operation?.method} ${operation?.path}`;
}

function pointerOf(
  definition: Readonly<Record<string, Node>> | undefined,
  key: string,
  contentType: string,
  resolve: (node: Node) => Readonly<Record<string, Node>>,
): { pointer: string; schema: Node } | undefined {
  if (definition === undefined) return undefined;
  const [method = '', path = ''] = key.split(' ');
  const body = membersOf(definition.requestBody);
  const place =
    typeof body.$ref === 'string'
      ? body.$ref.slice(1)
      : `/paths/${escapeKey(path)}/${method.toLowerCase()}/requestBody`;
  const { schema } = membersOf(membersOf(resolve(body).content)[contentType]);
  return schema === undefined ? undefined : { pointer: `${place}/content/${escapeKey(contentType)}/schema`, schema };
}

function escapeKey(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Returns a good body, one with something else in the place of a field, one without a field, or any value. */
function drawBody(schema: Node, resolve: Parameters<typeof drawValue>[1]['resolve'], dice: Dice): unknown {
  const body = drawValue(schema, { resolve }, dice);
  const names = Object.keys(membersOf(body as Node));
  if (dice.chance(10)) return fc.sample(fc.jsonValue(), { seed: dice.roll(1e9), numRuns: 1 })[0];
  if (names.length === 0 || dice.chance(50)) return body;
  const name = dice.pick(names);
  const { [name]: _, ...others } = body as Record<string, unknown>;
  return dice.chance(30) ? others : { ...others, [name]: dice.pick([null, '', 'x', -1, 1.5, true, [], {}, [null]]) };
}

async function verdictOf(oracle: JudgeSchema, pointer: string, body: unknown): Promise<boolean | undefined> {
  // What it cannot compile it says nothing of.
  return oracle(pointer, body).catch(() => undefined);
}

/** For JSON Schema `readOnly` is an annotation; OpenAPI has it count in answers alone. */
function withoutReadOnly(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutReadOnly);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutReadOnly(value)]));
  const { required, properties } = members as {
    required?: unknown;
    properties?: Record<string, { readOnly?: unknown }>;
  };
  if (!Array.isArray(required) || properties === undefined) return members;
  const left = Object.entries(properties).filter(([, property]) => property?.readOnly === true);
  const names = new Set(left.map(([name]) => name));
  const kept = Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name)));
  return { ...members, properties: kept, required: required.filter((name) => !names.has(`${name}`)) };
}
