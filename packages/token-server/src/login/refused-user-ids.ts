import { defaults, type ServeSettings } from '../settings/serve-settings.js';

/** What the refusal of a user ID ends with. */
const userIdAdvice =
  'For others, such as UUIDs, make opaque IDs (opaqueUserId, NEXCONN_USER_ID_KEY) or set userIdPattern (--user-id-pattern): ' +
  'https://nexconn-kit.github.io/nexconn-kit/guides/user-ids.html';

/** One user ID of each shape that identity providers have. */
const samples = {
  UUIDs: '9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10',
  'auth0|…': 'auth0|6507f1c2e4b0a1d2c3f4a5b6',
  'user_…': 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC',
  'e-mail addresses': 'ada@example.com',
};
type Shape = keyof typeof samples;

/** By the issuers of providers whose `sub` has always the same shape. */
const shapesOfIssuers: readonly (readonly [issuer: RegExp, shape: Shape])[] = [
  [/^https:\/\/[^/]+\.auth0\.com\//, 'auth0|…'],
  [/^https:\/\/cognito-idp\.[^/]+\.amazonaws\.com\//, 'UUIDs'],
  [/^https:\/\/[^/]+\.supabase\.co\/auth\//, 'UUIDs'],
  [/^https?:\/\/[^/]+\/(auth\/)?realms\//, 'UUIDs'],
  [/^https:\/\/([^/]+\.clerk\.accounts\.dev|clerk\.[^/]+)\/?$/, 'user_…'],
];

/** Which user IDs a server will refuse, as far as its settings tell. */
export interface RefusedUserIds {
  /** The shapes that identity providers have and that are refused here; none where opaque IDs take their place. */
  readonly shapes: readonly string[];
  /** Whether the issuer is a provider all of whose users have one of them. */
  readonly isExpected: boolean;
  /** What to do; for people. */
  readonly advice: string;
}

/** Returns which user IDs will be refused, before anybody logs in. */
export function refusedUserIds(settings: ServeSettings, hasUserIdKey: boolean): RefusedUserIds {
  const { userIdPattern, userIdClaim = defaults.userIdClaim, jwtIssuer = '' } = settings;
  const pattern = userIdPattern ? new RegExp(`^(?:${userIdPattern.source})$`, userIdPattern.flags) : /^[A-Za-z0-9]+$/;
  const shapes = Object.entries(samples).filter(([, sample]) => !hasUserIdKey && !pattern.test(sample));
  const names = shapes.map(([shape]) => shape);
  const expected = userIdClaim === 'sub' ? shapesOfIssuers.find(([issuer]) => issuer.test(jwtIssuer))?.[1] : undefined;
  return { shapes: names, isExpected: expected !== undefined && names.includes(expected), advice: userIdAdvice };
}
