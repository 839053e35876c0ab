import { cookies } from 'next/headers';

const users = new Map([['a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

/** Returns the user of the session: what Auth.js or iron-session does in your app. */
export async function authenticate() {
  const session = (await cookies()).get('session');
  return users.get(session?.value ?? '');
}
