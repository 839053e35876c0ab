// What Pages makes of `functions/`; a worker without Pages looks like this itself.
import { onRequest } from './functions/access-token.js';

export default {
  fetch: (request, env, context) => onRequest({ request, env, waitUntil: (work) => context.waitUntil(work) }),
};
