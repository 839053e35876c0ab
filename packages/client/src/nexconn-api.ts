import type { ErrorCode } from '@nexconn-kit/contract';
import { envelope, errors, operations } from './generated/nexconn/tables.gen.js';
import type { AnswerErrorCode, Api } from './table-types.js';

/** Whether a header is one of a signature, which the client sets itself in place of any that a caller has set. */
export function isSignatureHeader(name: string): boolean {
  return /^(rc-)?(app-key|nonce|timestamp|signature)$/i.test(name);
}

/** What the refusal of a user ID ends with. */
const userIdAdvice =
  'For others, such as UUIDs, make opaque IDs (opaqueUserId, NEXCONN_USER_ID_KEY) or set userIdPattern (--user-id-pattern): ' +
  'https://nexconn-kit.github.io/nexconn-kit/guides/user-ids.html';

/** The Nexconn Server API, as its client calls it. */
export const nexconnApi: Api = {
  operations,
  errors,
  envelope,
  codes: {
    1001: 'CREDENTIALS_REJECTED',
    1004: 'SIGNATURE_REJECTED',
    1006: 'APP_UNAVAILABLE',
    1007: 'CALL_RESTRICTED',
    1009: 'SERVICE_NOT_ENABLED',
    2007: 'USER_LIMIT_REACHED',
  } satisfies Partial<Record<ErrorCode, AnswerErrorCode>>,
  isOwnHeader: isSignatureHeader,
  userIdAdvice,
};
