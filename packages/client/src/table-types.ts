import type { Operation as DocumentedOperation, OperationBody, RateLimit } from '@nexconn-kit/contract';

type Read = 'operationId' | 'method' | 'path' | 'parameters' | 'hasAnswerBody' | 'echoes';

/** The part of a documented operation that the client needs. */
export interface Operation extends Pick<DocumentedOperation, Read> {
  readonly body: Pick<OperationBody, 'contentType' | 'required' | 'emptyIsAbsent'> | null;
  readonly rateLimit: Pick<RateLimit, 'limit' | 'windowSeconds'> | null;
}

import type { ErrorCatalogueEntry } from '@nexconn-kit/contract';

/** The part of a documented error that the client needs. */
export interface DocumentedError extends Pick<ErrorCatalogueEntry, 'httpStatus' | 'retryable'> {
  /** Its meaning and its remedy. */
  readonly explanation: string;
}
