import { createHash, createHmac } from 'node:crypto';
import { signRequest, verifySignature } from '@nexconn-kit/signing';
import { describe, expect, it } from 'vitest';
import { toApi } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import type { Route } from '../http/types.js';
import { resolveRules } from '../profile/rules.js';
import type { Settings } from '../settings.js';
import { createService } from '../state/service.js';
import { createSignatureCheck, explainRefusal } from './check-signature.js';

const appKey = 'uwd1c0sxdlx2';
const appSecret = 'Y1W2MeFwwwRxa0';
const now = 1_408_710_653_491;

function explain(headers: Record<string, string>): string {
  const sent = { 'App-Key': appKey, Nonce: '14314', Timestamp: `${now}`, Signature: 'x', ...headers };
  const nonceStore = { add: (_appKey: string, nonce: string) => nonce !== 'used' };
  const result = verifySignature(sent, {
    secretFor: (key) => (key === appKey ? appSecret : undefined),
    now: () => now,
    nonceStore,
  });
  const received = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]);
  return result.ok ? 'fine' : explainRefusal(result, Object.fromEntries(received));
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const seconds = `${now}`.slice(0, -3);

it.each<[string, Record<string, string>, RegExp]>([
  ['the App Key as the secret', { Signature: sha1(`${appKey}14314${now}`) }, /made with the App Key/],
  ['another order', { Signature: sha1(`14314${appSecret}${now}`) }, /joins nonce, secret, timestamp/],
  ['an HMAC', { Signature: createHmac('sha1', appSecret).update(`14314${now}`).digest('hex') }, /HMAC/],
  ['base64', { Signature: createHash('sha1').update(`${appSecret}14314${now}`).digest('base64') }, /base64/],
  ['upper case', { Signature: sha1(`${appSecret}14314${now}`).toUpperCase() }, /upper-case/],
  ['a line feed', { Signature: sha1(`${appSecret}14314${now}\n`) }, /line feed/],
  ['SHA-256', { Signature: createHash('sha256').update(`${appSecret}14314${now}`).digest('hex') }, /SHA-256/],
  ['seconds', { Timestamp: seconds, Signature: sha1(`${appSecret}14314${seconds}`) }, /looks like seconds/],
  ['seconds in the hash alone', { Signature: sha1(`${appSecret}14314${seconds}`) }, /another unit of time/],
  [
    'two mistakes at once',
    { Signature: createHash('sha1').update(`${appKey}14314${now}`).digest('base64') },
    /App Key.*, and is in base64.*app-key-as-secret\+base64/,
  ],
  ['a late clock', skewed(-360_000), /-360000 ms from now.*behind/],
  ['an early clock', skewed(360_000), / 360000 ms from now.*ahead/],
  ['a long nonce', { Nonce: 'a'.repeat(19) }, /Nonce has 19 characters; the limit is 18/],
  ['a used nonce', { Nonce: 'used', Signature: sha1(`${appSecret}used${now}`) }, /Nonce was used before/],
  ['a missing header', { Timestamp: '' }, /Timestamp is missing/],
  ['two missing headers', { Nonce: '', Signature: '' }, /^Nonce and Signature are missing/],
  [
    'no header at all',
    { 'App-Key': '', Nonce: '', Timestamp: '', Signature: '' },
    /^App-Key, Nonce, Timestamp and Signature are missing/,
  ],
  ['one missing header among others', { Nonce: '', Signature: '', 'RC-Nonce': '14314' }, /^Signature is missing/],
  ['an unknown App Key', { 'App-Key': 'other' }, /App-Key has no App Secret here/],
  ['nothing that is known', { Signature: sha1('neither') }, /not the lower-case hex SHA-1/],
])('says that it is %s, in one sentence without a secret', (_what, headers, sentence) => {
  const said = explain(headers);
  expect(said).toMatch(sentence);
  expect(said).toMatch(/^[ -~]+\.$/);
  for (const secret of [appSecret, headers.Signature || sha1(`${appSecret}14314${now}`)])
    expect(said).not.toContain(secret);
});

function skewed(byMs: number): Record<string, string> {
  return { Timestamp: `${now + byMs}`, Signature: sha1(`${appSecret}14314${now + byMs}`) };
}

/** The step as the pipeline has it, over a service of its own; it returns the App Key, or how it refused. */
function start({
  document = { security: [{ Signature: [] }] },
  nonceReplay = 'refuse',
  appKeys = [appKey],
}: {
  document?: JsonObject;
  nonceReplay?: Settings['nonceReplay'];
  appKeys?: readonly string[];
} = {}) {
  const service = createService({ apps: appKeys.map((each) => ({ appKey: each, appSecret })), now: () => now });
  const settings = { clockToleranceMs: 300_000, nonceReplay, now: () => now, rules: resolveRules() } as Settings;
  const check = createSignatureCheck({ ...toApi(), document }, settings, service.requests);
  const ask = (headers: Record<string, string>, definition: JsonObject = {}): unknown => {
    const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    try {
      return check({ definition } as Route, { headers: Object.fromEntries(received) } as never);
    } catch (error) {
      const { error: name, message, headers: sent, reason } = error as Record<string, unknown>;
      return { name, message, headers: sent, reason };
    }
  };
  return { ...service, ask };
}

function signedBy(secret: string, nonce: string, at = now): Record<string, string> {
  return signRequest({ appKey, appSecret: secret }, { now: () => at, nonce: () => nonce });
}

function refusedBecause(reason: unknown) {
  return { name: 'SignatureInvalid', headers: { 'X-Mock-Reason': reason }, reason };
}

describe('an operation', () => {
  it.each<[security: unknown, inherited: unknown, needed: boolean | undefined]>([
    [undefined, undefined, false],
    [undefined, [{ Signature: [] }], true],
    [undefined, [], false],
    [[{ Signature: [] }], undefined, true],
    [[{ Signature: [] }], [], true],
    [[], [{ Signature: [] }], false],
    [[{}], [{ Signature: [] }], false],
    // A signature that is sent all the same is verified.
    [[{ Signature: [] }, {}], undefined, undefined],
    [[{ Signature: [] }, { Other: [] }], undefined, true],
    ['Signature', undefined, false],
  ])('with the security %j in a document with %j needs a signature: %j', (security, inherited, needed) => {
    const { ask } = start({ document: { security: inherited } });
    const answer = ask({}, { security });
    if (needed) expect(answer).toMatchObject({ name: 'SignatureInvalid' });
    else expect(answer).toBeUndefined();
    expect(ask(signedBy(appSecret, '1'), { security })).toBe(needed === false ? undefined : appKey);
  });
});

describe('an unknown App Key', () => {
  it.each([
    [1, 'k0'],
    [5, 'k0, k1, k2, k3, k4'],
    [6, 'k0, k1, k2, k3, k4 and 1 more'],
    [8, 'k0, k1, k2, k3, k4 and 3 more'],
  ])('is answered by the names of the apps, of which there are %i, but no more than five', (count, listed) => {
    const { ask } = start({ appKeys: Array.from({ length: count }, (_, index) => `k${index}`) });
    const reason = 'App-Key has no App Secret here; check the key.';
    expect(ask(signedBy(appSecret, '1'))).toEqual({
      name: 'ParameterInvalid',
      message: `The App Key is unknown; this mock has ${listed}.`,
      headers: { 'X-Mock-Reason': reason },
      reason,
    });
  });
});

describe('a nonce', () => {
  it('is taken once where replay is refused, by each app for itself, and again where it is allowed', () => {
    const { ask, createApp } = start();
    expect([ask(signedBy(appSecret, '1')), ask(signedBy(appSecret, '2'))]).toEqual([appKey, appKey]);
    expect(ask(signedBy(appSecret, '1'))).toMatchObject(
      refusedBecause(expect.stringMatching(/^Nonce was used before/)),
    );
    createApp({ appKey: 'k1', appSecret });
    const other = signRequest({ appKey: 'k1', appSecret }, { now: () => now, nonce: () => '1' });
    expect(ask(other)).toBe('k1');
    const lax = start({ nonceReplay: 'allow' });
    expect([1, 2].map(() => lax.ask(signedBy(appSecret, '1')))).toEqual([appKey, appKey]);
  });
});

describe('a request after the App Secret was rotated', () => {
  const next = 'secret2';
  const before = 'Signature was signed with the App Secret before the rotation.';

  it('that the next secret signed takes it, once everything else about it is right', () => {
    const { ask, rotateSecret, secretOf } = start();
    rotateSecret(appKey, { appSecret: next, takesEffect: 'on-first-use' });
    expect(ask(signedBy(next, '1', now - 300_001))).toMatchObject(refusedBecause(expect.stringMatching(/ behind /)));
    expect(ask(signedBy(appSecret, '1'))).toBe(appKey);
    expect(ask(signedBy(next, '1'))).toMatchObject(refusedBecause(expect.stringMatching(/^Nonce was used before/)));
    expect(secretOf(appKey)).toBe(appSecret);
    expect(ask(signedBy(next, '2'))).toBe(appKey);
    expect(secretOf(appKey)).toBe(next);
  });

  it('that the secret before signed is refused with a hint at the rotation, whatever else is wrong, and uses up no nonce', () => {
    const { ask, rotateSecret } = start();
    expect(ask(signedBy(appSecret, '1'))).toBe(appKey);
    rotateSecret(appKey, { appSecret: next });
    for (const headers of [
      signedBy(appSecret, '2'),
      signedBy(appSecret, '1'),
      signedBy(appSecret, '3', now - 300_001),
    ]) {
      expect(ask(headers)).toMatchObject(refusedBecause(before));
    }
    expect(ask(signedBy(next, '2'))).toBe(appKey);
  });

  it('that none of them signed is told of its own mistake', () => {
    const { ask, rotateSecret } = start();
    rotateSecret(appKey, { appSecret: next });
    rotateSecret(appKey, { appSecret: 'secret3', takesEffect: 'on-first-use' });
    expect(ask(signedBy('another', '1'))).toMatchObject(
      refusedBecause(expect.stringMatching(/not the lower-case hex/)),
    );
    const { Signature = '', ...others } = signedBy(next, '1');
    expect(ask({ ...others, Signature: Signature.toUpperCase() })).toMatchObject(
      refusedBecause(expect.stringMatching(/upper-case/)),
    );
    expect(ask(signedBy(appSecret, '1'))).toMatchObject(refusedBecause(before));
  });
});
