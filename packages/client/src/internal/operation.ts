import type { Operation as DocumentedOperation, OperationBody, RateLimit } from '@nexconn-kit/contract';

type Read = 'operationId' | 'method' | 'path' | 'parameters' | 'hasAnswerBody' | 'resultFields';

/** What the client reads of a documented operation. */
export interface Operation extends Pick<DocumentedOperation, Read> {
  readonly body: Pick<OperationBody, 'contentType' | 'required' | 'emptyIsAbsent'> | null;
  readonly rateLimit: Pick<RateLimit, 'limit' | 'windowSeconds'> | null;
}
