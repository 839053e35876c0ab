import type { RequestListener } from 'node:http';
import { type NexconnClient, NexconnRequestError } from '@nexconn-kit/client';

/** Returns why a user ID of a header gets no token, in a sentence for whoever sent it; undefined where it may. */
export type UserIdCheck = (userId: string) => string | undefined;

/** Returns the check by what the client would send; where opaque IDs take the place of those of the header, any of them may. */
export function createUserIdCheck(
  { checkRequest }: Pick<NexconnClient, 'checkRequest'>,
  header: string,
  isOpaque: boolean,
): UserIdCheck {
  return function checkUserId(userId) {
    // A header is read byte by byte: in UTF-8, many a letter has a part that is a control character.
    if (/[\p{Cc}\p{Cf}]/u.test(userId)) {
      return `${header} has a control or invisible character, or a letter in UTF-8, which no header carries. Send printable ASCII.`;
    }
    if (isOpaque) return undefined;
    try {
      checkRequest('issueAccessToken', { userId, name: 'Ada' });
      return undefined;
    } catch (error) {
      if (!(error instanceof NexconnRequestError)) throw error;
      const messages = error.issues.filter(({ field }) => field === 'userId').map(({ message }) => message);
      return messages.length === 0 ? undefined : `The user ID of ${header} is refused: ${messages.join(' ')}`;
    }
  };
}

/**
 * Returns a listener that refuses such a user ID as a mistake of whoever sent it, which it is where a header is believed: the
 * token endpoint would say that the server failed.
 */
export function refuseUserIds(listener: RequestListener, header: string, check: UserIdCheck): RequestListener {
  return function listenByUserId(request, response) {
    const userId = request.headers[header.toLowerCase()];
    const message = request.method === 'POST' && typeof userId === 'string' ? check(userId) : undefined;
    if (message === undefined) return listener(request, response);
    response.writeHead(400, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(JSON.stringify({ code: 'INVALID_REQUEST', message }));
  };
}
