import type { Operation } from '@nexconn-kit/contract';
import { asObject, type Resolve } from '../document/lookup.js';
import type { AnswerDraft } from '../http/types.js';
import { isPlainSchema } from './is-plain-schema.js';
import { type ParameterCheck, planParameters } from './plan-parameters.js';

/** What Prism would come to for every good request to an operation. */
export interface FastPlan {
  readonly draft: AnswerDraft;
  readonly acceptsParameters: ParameterCheck;
}

/** Reads out of the document what Prism would answer; `undefined` where that cannot be told for certain. */
export function planOperation(pathNode: unknown, operation: Operation, resolve: Resolve): FastPlan | undefined {
  const pathItem = resolve(pathNode);
  const definition = resolve(pathItem[operation.method.toLowerCase()]);
  const draft = findSuccess(definition.responses, resolve);
  const acceptsParameters = planParameters([pathItem.parameters, definition.parameters], resolve);
  if (!draft || !acceptsParameters || !isBodyPlain(definition.requestBody, operation, resolve)) return undefined;
  return { draft, acceptsParameters };
}

/** The generated validator decides about a body whose schema has no keyword on which it and Prism could differ. */
function isBodyPlain(node: unknown, { body }: Operation, resolve: Resolve): boolean {
  if (node === undefined) return body === null;
  const { content } = resolve(node);
  const [[mediaType, media] = [], ...others] = Object.entries(asObject(content));
  if (mediaType !== 'application/json' || body?.contentType !== mediaType || others.length > 0) return false;
  return isPlainSchema(resolve(media).schema, resolve);
}

/** The first example of the lowest 2xx answer, which is what Prism takes. */
function findSuccess(node: unknown, resolve: Resolve): AnswerDraft | undefined {
  const responses = asObject(node);
  const [status = ''] = Object.keys(responses)
    .filter((key) => /^2(\d\d|XX)$/.test(key))
    .sort();
  if (!/^\d{3}$/.test(status)) return undefined;
  const { content } = resolve(responses[status]);
  const [[mediaType, media] = [], ...others] = Object.entries(asObject(content));
  const draft = { status: Number(status), headers: {} };
  if (mediaType === undefined) return { ...draft, mediaType: 'text/plain', body: undefined };
  if (mediaType !== 'application/json' || others.length > 0) return undefined;
  const body = firstExample(resolve(media), resolve);
  return body && { ...draft, mediaType, body };
}

function firstExample({ example, examples }: Record<string, unknown>, resolve: Resolve): object | undefined {
  const [first] = Object.values(asObject(examples));
  // Which of the two Prism would take is not ours to guess.
  if (example !== undefined && first !== undefined) return undefined;
  const value = example ?? resolve(first).value;
  return typeof value === 'object' && value !== null ? value : undefined;
}
