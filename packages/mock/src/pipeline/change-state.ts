import type { OperationId } from '@nexconn-kit/contract';
import { asObject } from '../document/lookup.js';
import type { AnswerDraft, Api, Route } from '../http/types.js';
import type { Service } from '../state/types.js';
import { behaviours } from './behaviours.js';

/**
 * Makes the step that has a good request change the state, after its answer is known and before it is sent; an answer
 * that is no success, because the caller preferred another, changes nothing.
 */
export function createStateStep(
  { envelope }: Api,
  service: Service,
): (route: Route, appKey: string | undefined, body: unknown, draft: AnswerDraft) => void {
  return function changeState({ operation }, appKey, body, draft) {
    const behave = behaviours[operation.operationId as OperationId];
    if (!behave || appKey === undefined || draft.status !== operation.successStatus) return;
    const answer = asObject(draft.body);
    if (envelope && answer[envelope.code] !== envelope.success) return;
    behave(service, { appKey, body: asObject(body), result: envelope ? asObject(answer[envelope.result]) : answer });
  };
}
