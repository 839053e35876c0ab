import { getCookie } from 'hono/cookie';

const users = new Map([['a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

/** Puts the user of the session on the context: what your session middleware does. */
export async function logIn(context, next) {
  context.set('user', users.get(getCookie(context, 'session')));
  await next();
}
