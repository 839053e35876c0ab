import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createNonceStore } from './create-nonce-store.js';
import { explainMismatch } from './explain-mismatch.js';
import { signRequest } from './sign-request.js';
import { sha1Hex } from './signature/sha1-hex.js';
import { signatureHeaders, stringToSign } from './signature/signature-parts.js';
import { signingMiddleware } from './signing-middleware.js';
import type { MismatchCause, RefusalReason, SignatureHeaders, SigningCredentials } from './types.js';
import { verifySignature } from './verify-signature.js';
import {
  explainMismatch as explainMismatchWithWebCrypto,
  signRequest as signRequestWithWebCrypto,
} from './webcrypto/index.js';

interface Vector {
  name: string;
  description: string;
  credentials: { appKey: string; appSecret: string };
  nonce: string;
  timestamp: string;
  headerPrefix?: '' | 'RC-';
  stringToSign: string;
  signature: string;
  valid: boolean;
  reason?: RefusalReason;
  cause?: MismatchCause;
  receivedAt?: number;
  receivedBefore?: boolean;
}

const folder = new URL('../../../spec/signing/vectors/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): Vector[] => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

/** Every signer there is, as one asynchronous function. */
const signers: Record<string, (vector: Vector) => Promise<SignatureHeaders>> = {
  signRequest: async (vector) => signRequest(credentialsOf(vector), sourcesOf(vector)),
  'signRequest of webcrypto': async (vector) => signRequestWithWebCrypto(credentialsOf(vector), sourcesOf(vector)),
  signingMiddleware: async (vector) => {
    const set: Record<string, string> = {};
    const headers = { set: (name: string, value: string) => Object.assign(set, { [name]: value }) };
    signingMiddleware(credentialsOf(vector), sourcesOf(vector)).onRequest({ request: { headers } });
    return set as SignatureHeaders;
  },
};

function credentialsOf({ credentials, headerPrefix }: Vector): SigningCredentials {
  return { ...credentials, headerPrefix };
}

function sourcesOf({ nonce, timestamp }: Vector) {
  return { nonce: () => nonce, now: () => Number(timestamp) };
}

function headersOf({ credentials, headerPrefix, nonce, timestamp, signature }: Vector): SignatureHeaders {
  return signatureHeaders(headerPrefix, credentials.appKey, nonce, timestamp, signature);
}

/** Whether the vector's signature is the right one for its nonce and timestamp, accepted or not. */
function isSignedRight(vector: Vector): boolean {
  return vector.reason !== 'signature-mismatch';
}

it('there are at least as many refused vectors as accepted ones', () => {
  const vectors = files.flatMap(read);
  expect(vectors.length).toBeGreaterThan(60);
  expect(vectors.filter((vector) => !vector.valid).length).toBeGreaterThanOrEqual(vectors.length / 2);
});

describe.each(files)('%s', (file) => {
  describe.each(read(file))('$name', (vector) => {
    it('the string to sign is as written', () => {
      const { credentials, nonce, timestamp } = vector;
      expect(stringToSign(credentials.appSecret, nonce, timestamp)).toBe(vector.stringToSign);
    });

    it('the hash of the string to sign is the signature exactly where the vector says so', () => {
      expect(sha1Hex(vector.stringToSign) === vector.signature).toBe(isSignedRight(vector));
    });

    for (const [name, sign] of Object.entries(signers)) {
      it(`${name} gives the right headers or refuses the nonce`, async () => {
        if (vector.reason === 'nonce-too-long') {
          await expect(sign(vector)).rejects.toMatchObject({ code: 'INVALID_NONCE', field: 'nonce' });
          return;
        }
        const headers = await sign(vector);
        if (isSignedRight(vector)) expect(headers).toEqual(headersOf(vector));
        else expect(headers).not.toEqual(headersOf(vector));
      });
    }

    it('verifySignature comes to the verdict of the vector', () => {
      const nonceStore = createNonceStore({ now: () => Number(vector.timestamp) });
      const verify = (now: number) =>
        verifySignature(headersOf(vector), {
          secretFor: (appKey) => (appKey === vector.credentials.appKey ? vector.credentials.appSecret : undefined),
          nonceStore,
          now: () => now,
        });
      if (vector.receivedBefore) expect(verify(Number(vector.timestamp))).toMatchObject({ ok: true });

      const result = verify(vector.receivedAt ?? Number(vector.timestamp));

      if (vector.valid) expect(result).toEqual({ ok: true, appKey: vector.credentials.appKey });
      else {
        expect(result).toMatchObject({ ok: false, reason: vector.reason });
        expect('cause' in result ? result.cause : undefined).toBe(vector.cause);
        expect(JSON.stringify(result)).not.toContain(vector.credentials.appSecret);
        expect(JSON.stringify(result)).not.toContain(vector.signature);
      }
    });

    it('explainMismatch names the cause of the vector, or none', () => {
      expect(explainMismatch(headersOf(vector), vector.credentials)).toBe(vector.cause);
    });

    it('explainMismatch of webcrypto names the same', async () => {
      expect(await explainMismatchWithWebCrypto(headersOf(vector), vector.credentials)).toBe(vector.cause);
    });
  });
});
