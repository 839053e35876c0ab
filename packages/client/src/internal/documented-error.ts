import type { ErrorCatalogueEntry } from '@nexconn-kit/contract';

/** What the client reads of a documented error. */
export interface DocumentedError extends Pick<ErrorCatalogueEntry, 'httpStatus' | 'retryable'> {
  /** Its meaning and its remedy. */
  readonly explanation: string;
}
