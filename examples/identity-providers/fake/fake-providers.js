// Key sets and tokens in the shapes that the providers document: headers, claims, and what else is in the sets.
import { createHmac, randomUUID } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';

// Tokens live an hour here, whatever those of a provider do: on a busy machine it takes longer than a minute to try them all.
const now = Math.floor(Date.now() / 1000);
const uuid = '6f1e1b6c-2f0e-4b6b-9f55-0c2b8a3d4e5f';
const name = 'Ada';

/** A key of a provider, and of an impostor who says that it is the same one. */
async function makeKey(alg, kid, more = {}) {
  const pair = await generateKeyPair(alg, { extractable: true });
  const { privateKey: forged } = await generateKeyPair(alg);
  const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig', ...more };
  return { alg, kid, jwk, privateKey: pair.privateKey, pem: await exportSPKI(pair.publicKey), forged };
}

function sign({ alg, kid, privateKey }, claims, header = { typ: 'JWT' }) {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** What a library that believes the header's `alg` takes for good: a public key is everybody's. */
function signByPublicKey({ kid, pem }, claims) {
  const content = `${encode({ alg: 'HS256', kid, typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`;
}

/** What must be refused whoever the provider is. */
async function badOnes(key, claims, header, otherAudience = { aud: 'another-app' }) {
  const [head, , signature] = (await sign(key, claims, header)).split('.');
  return {
    'has expired': await sign(key, { ...claims, iat: now - 7200, exp: now - 3600 }, header),
    'is of another issuer': await sign(key, { ...claims, iss: 'https://login.attacker.example' }, header),
    ...(otherAudience && { 'is for another audience': await sign(key, { ...claims, ...otherAudience }, header) }),
    'is signed by another key of that name': await sign({ ...key, privateKey: key.forged }, claims, header),
    'was changed': `${head}.${encode({ ...claims, sub: 'eve' })}.${signature}`,
    'is not signed': `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
    'is signed by the public key as a secret': signByPublicKey(key, claims),
    'never expires': await sign(key, { ...claims, exp: undefined }, header),
  };
}

async function firebase() {
  const keySetUrl = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';
  const [key, next] = [await makeKey('RS256', 'a'.repeat(40)), await makeKey('RS256', 'b'.repeat(40))];
  const sub = 'xqZPmVb0nKcW3tR7uYs2LdFhA1g9';
  const claims = {
    ...{ name, picture: 'https://example.com/ada.png', iss: 'https://securetoken.google.com/my-project' },
    ...{ aud: 'my-project', auth_time: now - 60, user_id: sub, sub, iat: now - 10, exp: now + 3600 },
    ...{ email: 'ada@example.com', email_verified: true },
    firebase: { identities: { email: ['ada@example.com'] }, sign_in_provider: 'password' },
  };
  const customToken = {
    ...{ iss: 'sdk@my-project.iam.gserviceaccount.com', sub: 'sdk@my-project.iam.gserviceaccount.com', uid: sub },
    aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
    ...{ iat: now, exp: now + 3600 },
  };
  const other = { iss: 'https://securetoken.google.com/their-project', aud: 'their-project' };
  return {
    answers: {
      [keySetUrl]: { keys: [key.jwk, next.jwk] },
      // The same keys as certificates: no JWK set.
      'https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com': {
        [key.kid]: key.pem,
      },
    },
    good: { 'an ID token': await sign(key, claims), 'an ID token by the next key': await sign(next, claims) },
    userId: { raw: sub, isOpaque: false },
    bad: {
      ...(await badOnes(key, claims)),
      // Google signs for all projects with the same keys.
      'is of another project': await sign(key, { ...claims, ...other }),
      'is a session cookie': await sign(key, { ...claims, iss: 'https://session.firebase.google.com/my-project' }),
      'is a custom token': await sign(key, customToken),
    },
  };
}

async function supabase() {
  const issuer = 'https://abcdefghijklmnopqrst.supabase.co/auth/v1';
  const key = await makeKey('ES256', randomUUID(), { ext: true, key_ops: ['verify'] });
  const claims = {
    ...{ iss: issuer, sub: uuid, aud: 'authenticated', exp: now + 3600, iat: now - 10, email: 'ada@example.com' },
    ...{ phone: '', app_metadata: { provider: 'email', providers: ['email'] } },
    user_metadata: { full_name: name, email_verified: true },
    ...{ role: 'authenticated', aal: 'aal1', amr: [{ method: 'password', timestamp: now - 10 }] },
    ...{ session_id: randomUUID(), is_anonymous: false },
  };
  const apiKey = { iss: 'supabase', ref: 'abcdefghijklmnopqrst', role: 'anon', iat: now - 10, exp: now + 3600 };
  const legacy = (of) => new SignJWT(of).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(Buffer.alloc(40, 7));
  const another = await makeKey('ES256', key.kid);
  return {
    answers: { [`${issuer}/.well-known/jwks.json`]: { keys: [key.jwk] } },
    good: { 'an access token': await sign(key, claims) },
    userId: { raw: uuid, isOpaque: true },
    bad: {
      ...(await badOnes(key, claims)),
      'is of another project': await sign(another, { ...claims, iss: issuer.replace('abc', 'xyz') }),
      'is the anon key': await legacy(apiKey),
      'is the service_role key': await legacy({ ...apiKey, role: 'service_role' }),
      'is signed by the legacy secret': await legacy(claims),
    },
  };
}

async function clerk() {
  const issuer = 'https://clerk.example.com';
  const key = await makeKey('RS256', 'ins_2abcDEFghiJKLmnoPQRstuVWxyz');
  const header = { cat: 'cl_B7d4PD111AAA', typ: 'JWT' };
  const sub = 'user_2abcDEFghiJKLmnoPQRstuVWxyz';
  const claims = {
    ...{ azp: 'https://app.example.com', exp: now + 3600, fva: [0, -1], iat: now, iss: issuer, nbf: now - 10 },
    ...{ sid: 'sess_2abcDEFghiJKLmnoPQRstuVWxyz', sts: 'active', sub, v: 2, name },
  };
  return {
    answers: { [`${issuer}/.well-known/jwks.json`]: { keys: [key.jwk] } },
    good: {
      'a session token': await sign(key, claims, header),
      'a session token of an app on a phone': await sign(key, { ...claims, azp: undefined }, header),
    },
    userId: { raw: sub, isOpaque: true },
    bad: {
      ...(await badOnes(key, claims, header, null)),
      'is of another instance': await sign(key, { ...claims, iss: 'https://their.clerk.accounts.dev' }, header),
    },
    badForHandler: {
      'is of a page of another origin': await sign(key, { ...claims, azp: 'https://attacker.example' }, header),
      'is of a session that is pending': await sign(key, { ...claims, sts: 'pending' }, header),
      'is of a JWT template': await sign(key, { ...claims, sid: undefined }, header),
    },
  };
}

async function auth0() {
  const issuer = 'https://example.eu.auth0.com/';
  const audience = 'https://chat.example.com';
  const x5 = { x5t: 'q'.repeat(27), x5c: ['MIIC'] };
  const [key, next] = [await makeKey('RS256', 'k'.repeat(21), x5), await makeKey('RS256', 'n'.repeat(21), x5)];
  const sub = 'auth0|507f1f77bcf86cd799439020';
  const claims = {
    ...{ 'https://chat.example.com/name': name, iss: issuer, sub, aud: [audience, `${issuer}userinfo`] },
    ...{ iat: now - 10, exp: now + 86_400, scope: 'openid profile', azp: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ012345' },
  };
  const idToken = { name, picture: 'https://example.com/ada.png', iss: issuer, sub, aud: claims.azp, nonce: 'n' };
  const machine = { iss: issuer, sub: `${claims.azp}@clients`, aud: audience, gty: 'client-credentials' };
  return {
    answers: { [`${issuer}.well-known/jwks.json`]: { keys: [key.jwk, next.jwk] } },
    good: {
      'an access token': await sign(key, claims),
      'an access token of the profile of RFC 9068': await sign(key, { ...claims, jti: 'j' }, { typ: 'at+jwt' }),
    },
    userId: { raw: sub, isOpaque: true },
    bad: {
      ...(await badOnes(key, claims)),
      'is of another tenant': await sign(key, { ...claims, iss: 'https://their.eu.auth0.com/' }),
      'is an ID token': await sign(key, { ...idToken, iat: now - 10, exp: now + 3600 }),
      'is opaque, as without an audience': 'Xq3mVb0nKcW3tR7uYs2LdFhA1g9xZPmV',
    },
    badForHandler: {
      'is of a program': await sign(key, { ...machine, iat: now - 10, exp: now + 3600 }),
    },
  };
}

async function cognito() {
  const pool = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example00';
  const client = '1example23456789';
  const [key, accessKey] = [await makeKey('RS256', `${'K'.repeat(43)}=`), await makeKey('RS256', `${'L'.repeat(43)}=`)];
  const both = { sub: uuid, iss: pool, auth_time: now - 60, iat: now - 10, exp: now + 3600, jti: randomUUID() };
  const claims = {
    ...{ ...both, 'cognito:username': uuid, email_verified: true, name, email: 'ada@example.com' },
    ...{ aud: client, token_use: 'id', origin_jti: randomUUID(), event_id: randomUUID() },
  };
  const access = { ...both, client_id: client, token_use: 'access', scope: 'openid', username: uuid, version: 2 };
  const theirs = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Theirs000';
  return {
    answers: { [`${pool}/.well-known/jwks.json`]: { keys: [key.jwk, accessKey.jwk] } },
    good: { 'an ID token': await sign(key, claims, {}) },
    userId: { raw: uuid, isOpaque: true },
    bad: {
      ...(await badOnes(key, claims, {})),
      'is an access token': await sign(accessKey, access, {}),
      'is of another pool': await sign(key, { ...claims, iss: theirs }, {}),
    },
    badForHandler: {
      // A trigger of the pool may add an audience to access tokens.
      'is an access token with an audience': await sign(accessKey, { ...access, aud: client }, {}),
    },
  };
}

async function keycloak() {
  const realm = 'https://keycloak.example.com/realms/my-realm';
  const key = await makeKey('RS256', 'K'.repeat(43), {
    x5c: ['MIIC'],
    x5t: 'q'.repeat(27),
    'x5t#S256': 'q'.repeat(43),
  });
  // A set of Keycloak has a key for encryption as well.
  const encryption = { ...(await makeKey('RS256', 'E'.repeat(43))).jwk, alg: 'RSA-OAEP', use: 'enc' };
  const claims = {
    ...{ exp: now + 3600, iat: now - 10, jti: randomUUID(), iss: realm, aud: ['chat', 'account'], sub: uuid },
    ...{ typ: 'Bearer', azp: 'web', sid: randomUUID(), acr: '1', 'allowed-origins': ['https://app.example.com'] },
    ...{ realm_access: { roles: ['offline_access'] }, resource_access: { account: { roles: ['view-profile'] } } },
    ...{ scope: 'openid profile email', email_verified: true, name, preferred_username: 'ada' },
  };
  const refresh = { iss: realm, aud: realm, sub: uuid, typ: 'Refresh', azp: 'web', iat: now, exp: now + 1800 };
  const idToken = { ...claims, aud: 'web', typ: 'ID' };
  return {
    answers: { [`${realm}/protocol/openid-connect/certs`]: { keys: [encryption, key.jwk] } },
    good: { 'an access token': await sign(key, claims) },
    userId: { raw: uuid, isOpaque: true },
    bad: {
      ...(await badOnes(key, claims)),
      'has no audience of a mapper': await sign(key, { ...claims, aud: 'account' }),
      'is an ID token': await sign(key, idToken),
      'is a refresh token': await new SignJWT(refresh)
        .setProtectedHeader({ alg: 'HS512', typ: 'JWT', kid: randomUUID() })
        .sign(Buffer.alloc(64, 7)),
      'is of another realm': await sign(key, { ...claims, iss: realm.replace('my-realm', 'theirs') }),
    },
    badForHandler: {
      'is of a log-in to another client': await sign(key, { ...claims, azp: 'admin-tool' }),
    },
  };
}

/** Makes each provider's answers and tokens: good ones, bad ones, and those that the recipe for a handler alone refuses. */
export async function makeProviders() {
  const make = { firebase, supabase, clerk, auth0, cognito, keycloak };
  return Promise.all(
    Object.entries(make).map(async ([name, create]) => ({ name, badForHandler: {}, ...(await create()) })),
  );
}
