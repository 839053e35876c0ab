import type { NexconnError } from '@nexconn-kit/client';

/** Whose fault an error is: the row's, it has to be mended before the run can go on, or it passes. */
export type Blame = 'row' | 'run' | 'moment';

const rowCodes = new Set(['INVALID_REQUEST', 'INVALID_USER', 'REQUEST_REJECTED']);
const runCodes = new Set([
  ...['INVALID_OPTION', 'SIGNATURE_REJECTED', 'CREDENTIALS_REJECTED', 'APP_UNAVAILABLE', 'CALL_RESTRICTED'],
  ...['UNAUTHORIZED', 'USER_LIMIT_REACHED', 'SERVICE_NOT_ENABLED', 'ABORTED'],
]);
/** So many rejections by the API, and no token: it is not the rows. */
const maxRejectedAtFirst = 20;

/** Creates what says whose fault the errors of a run are, of the client or the token service. */
export function createBlame(): { readonly blame: (error: unknown) => Blame; readonly noteSuccess: () => void } {
  let hasSucceeded = false;
  let rejected = 0;
  return {
    blame(error) {
      const { code, apiError } = error as NexconnError & { readonly apiError?: NexconnError };
      const cause = apiError?.code ?? code;
      if (runCodes.has(cause)) return 'run';
      if (!rowCodes.has(cause)) return 'moment';
      rejected += 1;
      return !hasSucceeded && rejected >= maxRejectedAtFirst ? 'run' : 'row';
    },
    noteSuccess() {
      hasSucceeded = true;
    },
  };
}
