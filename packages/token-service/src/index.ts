export { createEncryptedStore, type EncryptionOptions } from './create-encrypted-store.js';
export { createMemoryStore } from './create-memory-store.js';
export { createTokenHandler } from './create-token-handler.js';
export { createTokenService } from './create-token-service.js';
export { TokenServiceError, type TokenServiceErrorCode, type TokenServiceErrorDetails } from './errors.js';
export { fitUser } from './fit-user.js';
export type { ProblemCode, TokenHandler, TokenHandlerFailure, TokenHandlerOptions } from './handler-types.js';
export { opaqueUserId } from './opaque-user-id.js';
export type {
  HandedToken,
  IssueReason,
  ReissueOptions,
  ReissueProgress,
  StoredToken,
  StoredUser,
  StoreEntry,
  TokenService,
  TokenServiceEvent,
  TokenServiceOptions,
  TokenStore,
  TokenUser,
} from './types.js';
