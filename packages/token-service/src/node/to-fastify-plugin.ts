import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseOption } from '../errors.js';
import { createListener } from './to-node-listener.js';

/** What is used of a Fastify request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/** What is used of a Fastify reply. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  getHeaders(): Record<string, number | string | string[] | undefined>;
  hijack(): unknown;
}

/** What is used of a Fastify instance. */
export interface FastifyScopeLike {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    contentType: '*',
    parser: (request: unknown, payload: unknown, done: (error: Error | null) => void) => void,
  ): void;
  all(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => void): unknown;
}

/**
 * Returns a plugin for Fastify that answers on a path with a token handler.
 *
 * The handler's `authenticate` gets Fastify's request behind the web-standard one, with what plugins put on it, such as its
 * `session` or `user`. Headers that hooks have set on the reply before are sent along; hooks that run later see nothing of it.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * app.register(toFastifyPlugin(handler, '/access-token'));
 */
export function toFastifyPlugin<Asking extends FastifyRequestLike = FastifyRequestLike>(
  handler: (request: Request, asking: Asking) => Promise<Response>,
  path: string,
): (scope: FastifyScopeLike) => Promise<void> {
  if (typeof path !== 'string' || !path.startsWith('/'))
    refuseOption('path', 'is no path. Pass one that begins with /.');
  const asked = new WeakMap<IncomingMessage, FastifyRequestLike>();
  const listener = createListener(handler, (incoming) => asked.get(incoming) as Asking);

  return async function answerTokenRequests(scope) {
    // The handler reads the body itself, within its own limit. A plugin has a scope of its own, so that other routes keep theirs.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all(path, (request, reply) => {
      asked.set(request.raw, request);
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      listener(request.raw, reply.raw);
    });
  };
}
