import { isDeepStrictEqual } from 'node:util';
import type { Dice } from '../soak/create-dice.js';
import type { BodyJudge } from './body-judge.js';
import { drawValue } from './draw-value.js';
import { membersOf, type Node, type RawDocument, type RawOperation } from './raw-document.js';

/** What came of the calls of a client, one of each operation. */
export interface CallCounts {
  readonly called: number;
  /** With a result, or an error that the document has. */
  readonly answered: number;
  /** What was drawn breaks the document, so nothing was sent. */
  readonly notSent: number;
  /** The mock answers with an example of the document that its own schema refuses, and so does the client. */
  readonly wrongExamples: number;
  /** Calls that were not sent or ended otherwise, and how. */
  readonly others: readonly string[];
}

/** What is used of a generated row. */
interface Row {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly field?: string }[];
  readonly body: { readonly field?: string } | null;
}

/** A client, the last answer that it got, and the oracle of its document. */
export interface CalledClient {
  readonly judge: BodyJudge;
  readonly client: object;
  readonly lastAnswer: () => { readonly status: number; readonly body: unknown } | undefined;
}

const drawsOfEach = 20;

/** How a call may end, or what that begins with. */
const answered = 'answered';
const notSent = 'not sent';

/** Calls operations once each, in some order, as long as there is time. */
export async function callOperations(
  raw: RawDocument,
  called: CalledClient,
  rows: Readonly<Record<string, Row>>,
  { dice, untilMs }: { readonly dice: Dice; readonly untilMs: number },
): Promise<CallCounts> {
  const counts = { called: 0, answered: 0, notSent: 0, wrongExamples: 0 };
  const others: string[] = [];
  const operations = new Map(raw.operations.map((each) => [`${each.method} ${each.path}`, each]));
  for (const row of Object.values(rows)) {
    const operation = operations.get(`${row.method} ${row.path}`);
    if (operation === undefined || performance.now() > untilMs) continue;
    counts.called += 1;
    const end = await callOne(raw, called.client, operation, row, dice);
    if (end === answered) counts.answered += 1;
    else if (end.startsWith('MALFORMED_RESPONSE') && (await isWrongExample(raw, operation, called)))
      counts.wrongExamples += 1;
    else {
      if (end.startsWith(notSent)) counts.notSent += 1;
      others.push(`${row.operationId}: ${end}`);
    }
  }
  return { ...counts, others };
}

/** Returns how a call ended. One that was refused before it was sent is drawn again. */
async function callOne(
  raw: RawDocument,
  client: object,
  operation: RawOperation,
  row: Row,
  dice: Dice,
): Promise<string> {
  const methods = client as Record<string, (request: object) => Promise<unknown>>;
  let refusal = '';
  for (let draws = 0; draws < drawsOfEach; draws += 1) {
    try {
      const method = methods[row.operationId];
      if (method === undefined) return 'There is no such method.';
      await method(drawRequest(raw, operation, row, dice));
      return answered;
    } catch (error) {
      const { code, status, message } = error as { code?: string; status?: number; message: string };
      if (code === 'INVALID_REQUEST') {
        refusal = message;
        continue;
      }
      return code !== 'MALFORMED_RESPONSE' && status !== undefined && status < 500 ? answered : `${code}: ${message}`;
    }
  }
  return `${notSent}: ${refusal}`;
}

/** Whether the last answer is an example that the document has, and that the oracle refuses by the document's own schema. */
async function isWrongExample(
  raw: RawDocument,
  operation: RawOperation,
  { lastAnswer, judge: { describeAnswer, judge } }: CalledClient,
): Promise<boolean> {
  const answer = lastAnswer();
  const described = describeAnswer(`${operation.method} ${operation.path}`, answer?.status ?? 0);
  if (!answer || !described || !isExample(raw, operation, answer)) return false;
  return (await judge(described, answer.body)) === false;
}

/** Whether an answer is an example as the document has it. */
function isExample(
  { resolve }: RawDocument,
  { definition }: RawOperation,
  { status, body }: NonNullable<ReturnType<CalledClient['lastAnswer']>>,
): boolean {
  const responses = membersOf(definition.responses);
  const documented = resolve(responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses.default);
  const shown = Object.values(membersOf(documented.content)).flatMap((media) => {
    const { example, examples } = resolve(media);
    return [example, ...Object.values(membersOf(examples)).map((each) => resolve(each).value)];
  });
  return shown.some((value) => value !== undefined && isDeepStrictEqual(withNamed(value, resolve), body));
}

/** Returns the value of an example with those of the examples that it names. */
function withNamed(value: Node, resolve: RawDocument['resolve']): Node {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withNamed(item, resolve));
  const { $ref } = membersOf(value);
  if (typeof $ref === 'string' && $ref.startsWith('#/components/examples/'))
    return withNamed(resolve(value).value, resolve);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withNamed(member, resolve)]));
}

/** Draws what the method of an operation takes: its required parameters and its body in one flat object. */
function drawRequest(raw: RawDocument, { definition, pathItem }: RawOperation, row: Row, dice: Dice): object {
  const lists = [pathItem.parameters, definition.parameters].flatMap((list) => (Array.isArray(list) ? list : []));
  const parameters = lists.map(raw.resolve).flatMap(({ name, in: place, required, schema, content, example }) => {
    const found = row.parameters.find((each) => each.name === name && each.in === place);
    if (required !== true || found === undefined) return [];
    const [media] = Object.values(membersOf(content));
    return [[found.field ?? found.name, example ?? drawValue(schema ?? membersOf(media).schema ?? {}, raw, dice)]];
  });
  return { ...drawBody(raw, definition.requestBody, row, dice), ...Object.fromEntries(parameters) };
}

function drawBody({ resolve }: RawDocument, node: Node, { body }: Row, dice: Dice): object {
  if (body === null || node === undefined) return {};
  const content = membersOf(resolve(node).content);
  const types = Object.keys(content);
  const type = types.find((each) => /[/+]json/.test(each)) ?? types[0] ?? '';
  const { schema, example, examples } = resolve(content[type]);
  const shown = [example, resolve(Object.values(membersOf(examples))[0]).value].filter((value) => value !== undefined);
  const value = shown.length > 0 && dice.chance(50) ? shown[0] : drawValue(schema ?? {}, { resolve }, dice);
  return body.field === undefined ? Object(value) : { [body.field]: value };
}
