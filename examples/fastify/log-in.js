const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

/** Puts the user of the session on the request: what @fastify/passport or @fastify/secure-session does in your app. */
export async function logIn(request) {
  request.user = users.get(request.headers.cookie);
}
