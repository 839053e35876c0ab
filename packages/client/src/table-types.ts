import type { Operation as DocumentedOperation, OperationBody, RateLimit } from '@nexconn-kit/contract';

type Read = 'operationId' | 'method' | 'path' | 'parameters' | 'hasAnswerBody' | 'resultFields';

/** What the client reads of a documented operation. */
export interface Operation extends Pick<DocumentedOperation, Read> {
  readonly body: Pick<OperationBody, 'contentType' | 'required' | 'emptyIsAbsent'> | null;
  readonly rateLimit: Pick<RateLimit, 'limit' | 'windowSeconds'> | null;
}

import type { ErrorCatalogueEntry } from '@nexconn-kit/contract';

/** What the client reads of a documented error. */
export interface DocumentedError extends Pick<ErrorCatalogueEntry, 'httpStatus' | 'retryable'> {
  /** Its meaning and its remedy. */
  readonly explanation: string;
}
