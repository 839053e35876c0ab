/** No scheme of the IANA registry: it says that the app's own log-in is asked for, and no browser opens a dialog for it. */
export const appLogin = 'AppLogin';

/** Says whether a text can be a `WWW-Authenticate`: a scheme, and parameters behind it where there are any. */
export function isChallenge(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 200 && /^[\w!#$%&'*+.^`|~-]+( [\x21-\x7e]+)*$/.test(text);
}

/** Gives the `WWW-Authenticate` of a refused request, which RFC 9110 asks of every 401. */
export function challengeFor({ headers }: Request, challenge: string): string {
  // RFC 6750: only who sent a token is told that it is not good.
  const wasSent = /^bearer\b/i.test(challenge) && /^bearer\b/i.test(headers.get('authorization') ?? '');
  if (!wasSent || challenge.includes('error=')) return challenge;
  return `${challenge}${challenge.includes(' ') ? ',' : ''} error="invalid_token"`;
}
