import type { OperationId } from '@nexconn-kit/contract';
import type { JsonObject } from '../http/types.js';
import type { Service } from '../state/types.js';

/** A good request with the answer that the document gives it. */
export interface Exchange {
  readonly appKey: string;
  /** The request's body, valid by the document. */
  readonly body: JsonObject;
  /** What the envelope of the answer holds. */
  readonly result: JsonObject;
}

/** What an operation does to the state, before its answer is sent. @throws {ApiRefusal} */
export type Behaviour = (service: Service, exchange: Exchange) => void;

/** The operations that have a state; any other is answered out of its document alone. */
export const behaviours: Readonly<Partial<Record<OperationId, Behaviour>>> = {
  issueAccessToken(service, { appKey, body, result }) {
    const { userId, name, avatarUrl = '' } = body;
    service.issue(appKey, { userId: `${userId}`, name: `${name}`, avatarUrl: `${avatarUrl}` }, `${result.accessToken}`);
  },
};
