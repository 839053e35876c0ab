const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

/** Puts the user of the session on the request: what Passport or express-session does in your app. */
export function logIn(request, _response, next) {
  request.user = users.get(request.headers.cookie);
  next();
}
