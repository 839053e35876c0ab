import { refuseOption } from '../errors.js';

/**
 * Resolves to the bytes of a body; to undefined as soon as they are more than `maxBytes`. Rejects where it broke off. Once the
 * signal aborts, nothing more is read.
 */
export type BodyReader = (maxBytes: number, signal?: AbortSignal) => Promise<Uint8Array | undefined>;

/** What reads a body without its web stream. */
export interface DirectBody {
  readonly read: BodyReader;
  /** Returns the bytes where all of them have come: nothing has to be waited for then; undefined otherwise. */
  readonly readArrived: () => Uint8Array | undefined;
}

/** Bodies of requests: to read one out of its web stream takes as long as all else that the handler does. */
const bodies = new WeakMap<Request, () => DirectBody | undefined>();

/**
 * Has `directBodyOf` know what reads the body of a request without its stream; undefined once the stream was used. It throws
 * where somebody else has read the body.
 */
export function setDirectBody(request: Request, findBody: () => DirectBody | undefined): void {
  bodies.set(request, findBody);
}

/**
 * Returns what reads the body of a request without its stream; undefined where only the stream does.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 */
export function directBodyOf(request: Request): DirectBody | undefined {
  if (request.bodyUsed || request.body?.locked) refuseReadBody();
  return bodies.get(request)?.();
}

/** Taken for none, a body that was read before would lose the token that the app was refused with. */
export function refuseReadBody(): never {
  return refuseOption(
    'request',
    'has a body that was read before. Mount the handler before what reads bodies, or have that leave what it has parsed ' +
      'as `body` of the request; an authenticate that needs the body reads a clone.',
  );
}
