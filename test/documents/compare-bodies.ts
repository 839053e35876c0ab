import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedDocument, loadDocument } from '@nexconn-kit/document';
import fc from 'fast-check';
import type { Dice } from '../soak/create-dice.js';
import { type BodyJudge, createBodyJudge } from './body-judge.js';
import { drawValue } from './draw-value.js';
import { membersOf, type Node } from './raw-document.js';

/** How often two judges said the same of a body. */
export interface VerdictCounts {
  readonly judged: number;
  readonly equal: number;
  /** Of them, those that both take. */
  readonly valid: number;
  /** Whether they are bodies of answers, since the document has no requests with any. */
  readonly areAnswers: boolean;
  readonly differences: readonly string[];
}

interface Limits {
  readonly dice: Dice;
  readonly untilMs: number;
  readonly count: number;
}

/** Draws bodies of a document's operations, most of them good or nearly so, and compares the validators with the oracle. */
export async function compareBodies(loaded: LoadedDocument, judge: BodyJudge, limits: Limits): Promise<VerdictCounts> {
  if (operationsWithBody(loaded).length > 0) return { ...(await compare(loaded, judge, limits)), areAnswers: false };
  const answers = await readAnswersAsBodies(loaded, judge);
  const none = { judged: 0, equal: 0, valid: 0, differences: [] };
  return { ...(answers ? await compare(answers, createBodyJudge(answers), limits) : none), areAnswers: true };
}

async function compare(
  loaded: LoadedDocument,
  { raw, describe, judge }: BodyJudge,
  { dice, untilMs, count }: Limits,
): Promise<Omit<VerdictCounts, 'areAnswers'>> {
  const asked = operationsWithBody(loaded);
  const counted = { judged: 0, equal: 0, valid: 0 };
  const differences: string[] = [];
  for (let index = 0; counted.judged < count && index < 2 * count && performance.now() < untilMs; index += 1) {
    const operation = asked[index % asked.length];
    const found = operation && describe(`${operation.method} ${operation.path}`, operation.body?.contentType ?? '');
    if (operation === undefined || found === undefined) continue;
    const body = drawBody(found.schema, raw.resolve, dice);
    const ours = loaded.validators[operation.operationId]?.(body).length === 0;
    const theirs = await judge(found, body);
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

function operationsWithBody({ operations, validators }: LoadedDocument): LoadedDocument['operations'][string][] {
  return Object.values(operations).filter(({ operationId, body }) => {
    return /[/+]json|form/.test(body?.contentType ?? '') && validators[operationId] !== undefined;
  });
}

/** Returns a document whose requests have the bodies that the answers of this one have; undefined where these have none. */
async function readAnswersAsBodies(
  { document }: LoadedDocument,
  { raw: { resolve, operations } }: BodyJudge,
): Promise<LoadedDocument | undefined> {
  const paths = operations.flatMap(({ method, path, definition }) => {
    const answers = Object.entries(membersOf(definition.responses)).filter(([status]) => status.startsWith('2'));
    const contents = answers.flatMap(([, answer]) => Object.entries(membersOf(resolve(answer).content)));
    const [content] = contents.filter(([type, media]) => /[/+]json/.test(type) && resolve(media).schema !== undefined);
    const requestBody = content && { required: true, content: Object.fromEntries([content]) };
    const post = { requestBody, responses: { 204: { description: 'Done' } } };
    return content ? [[`/${method}${path.replaceAll(/[{}]/g, '')}`, { post }]] : [];
  });
  if (paths.length === 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-documents-'));
  try {
    const path = join(folder, 'answers.json');
    await writeFile(path, JSON.stringify({ ...document, paths: Object.fromEntries(paths) }));
    return await loadDocument(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
