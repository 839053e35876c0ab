import { createHmac } from 'node:crypto';

/** Writes the log-in of a user named Ada, signed by HS256, that ends in an hour. */
export function writeJwt(userId: string, secret: string): string {
  const claims = { sub: userId, name: 'Ada', exp: Math.floor(Date.now() / 1000) + 3600 };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64Url(JSON.stringify(part))).join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function base64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
