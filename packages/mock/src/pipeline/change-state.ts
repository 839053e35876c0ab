import type { OperationId } from '@nexconn-kit/contract';
import type { Api } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import { asObject } from '../document/lookup.js';
import type { AnswerDraft, Route } from '../http/types.js';
import type { Service } from '../state/types.js';

/**
 * Creates the step that applies a good request to the state, after its answer is known and before it is sent; an answer
 * that is no success, because the caller preferred another, changes nothing.
 */
export function createStateChange(
  { envelope }: Api,
  service: Service,
): (route: Route, appKey: string | undefined, body: unknown, draft: AnswerDraft) => void {
  return function changeState({ operation }, appKey, body, draft) {
    const { operationId } = operation;
    // A document may name an operation as a member of every object is named.
    const behave = Object.hasOwn(behaviours, operationId) ? behaviours[operationId as OperationId] : undefined;
    if (!behave || appKey === undefined || draft.status !== operation.successStatus) return;
    const answer = asObject(draft.body);
    if (envelope && answer[envelope.code] !== envelope.success) return;
    behave(service, { appKey, body: asObject(body), result: envelope ? asObject(answer[envelope.result]) : answer });
  };
}

/** A good request with its answer. */
interface Exchange {
  readonly appKey: string;
  /** The request's body, valid by the document. */
  readonly body: JsonObject;
  /** The result in the answer's envelope. */
  readonly result: JsonObject;
}

/** The effect of an operation on the state, before its answer is sent. @throws {ApiError} */
type Behaviour = (service: Service, exchange: Exchange) => void;

/** The operations that change the state; any other is answered out of its document alone. */
const behaviours: Readonly<Partial<Record<OperationId, Behaviour>>> = {
  issueAccessToken(service, { appKey, body, result }) {
    const { userId, name, avatarUrl = '' } = body;
    service.issue(appKey, { userId: `${userId}`, name: `${name}`, avatarUrl: `${avatarUrl}` }, `${result.accessToken}`);
  },
};
