export { createTokenService } from './create-token-service.js';
export { TokenServiceError, type TokenServiceErrorCode, type TokenServiceErrorDetails } from './errors.js';
export { createTokenHandler } from './handler/create-token-handler.js';
export type { ProblemCode, TokenHandler, TokenHandlerFailure, TokenHandlerOptions } from './handler/types.js';
export { backUpStore } from './stores/back-up-store.js';
export {
  createEncryptedStore,
  type EncryptedTokenStore,
  type EncryptionOptions,
  type ReencryptOptions,
  type ReencryptResult,
} from './stores/create-encrypted-store.js';
export { createMemoryStore, type MemoryStoreOptions } from './stores/create-memory-store.js';
export { explainStoreFailure, type StoreFailure } from './stores/explain-store-failure.js';
export { type RestoredUsers, restoreStore } from './stores/restore-store.js';
export type {
  ForgetOptions,
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
export { fitUser } from './users/fit-user.js';
export { opaqueUserId } from './users/opaque-user-id.js';
