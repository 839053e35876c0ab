export {
  type FastifyReplyLike,
  type FastifyRequestLike,
  type FastifyScopeLike,
  toFastifyPlugin,
} from './to-fastify-plugin.js';
export { toNodeListener } from './to-node-listener.js';
