import { type NonceStore, type Refusal, type VerifyResult, verifySignature } from '@nexconn-kit/signing';
import { ApiRefusal } from '../http/api-error.js';
import type { Api, JsonObject, MockRequest, Route, Settings } from '../http/types.js';
import type { ServiceGate, SigningApp } from '../state/service.js';
import { explainRefusal } from './explain-refusal.js';

/** The response header that says why a signature was refused. */
const reasonHeader = 'X-Mock-Reason';

type Headers = MockRequest['headers'];

/** Makes the step that verifies the signature of operations that need one, and gives the App Key that signed. */
export function createSignatureCheck(
  { document }: Api,
  { clockToleranceMs, nonceReplay, now }: Settings,
  gate: ServiceGate,
): (route: Route, request: MockRequest) => string | undefined {
  // Each app has its own, so that a busy one cannot push the nonces of the others out.
  const nonceStore: NonceStore = {
    add: (appKey, nonce, expiresAtMs) => gate.find(appKey)?.nonces.add(appKey, nonce, expiresAtMs) ?? true,
  };
  const policy = { clockToleranceMs, now };
  const strictPolicy = nonceReplay === 'refuse' ? { ...policy, nonceStore } : policy;

  function verify(headers: Headers): VerifyResult {
    let app: SigningApp | undefined;
    const secretFor = (appKey: string) => {
      app = gate.find(appKey);
      return app?.secret;
    };
    const result = verifySignature(headers, { ...strictPolicy, secretFor });
    return result.ok || result.reason !== 'signature-mismatch' || !app ? result : verifyRotated(headers, app, result);
  }

  function verifyRotated(headers: Headers, { nextSecret, previousSecret }: SigningApp, refused: Refusal): VerifyResult {
    if (nextSecret !== undefined) {
      const result = verifySignature(headers, { ...strictPolicy, secretFor: () => nextSecret });
      if (result.ok) gate.takeNextSecret(result.appKey);
      if (result.ok || result.reason !== 'signature-mismatch') return result;
    }
    if (previousSecret !== undefined) {
      const result = verifySignature(headers, { ...policy, secretFor: () => previousSecret });
      const signedBefore = result.ok || result.reason !== 'signature-mismatch';
      if (signedBefore) return { ...refused, message: 'Signature was signed with the App Secret before the rotation.' };
    }
    return refused;
  }

  const signed = new WeakMap<JsonObject, boolean>();
  function needsSignature(definition: JsonObject): boolean {
    let known = signed.get(definition);
    if (known === undefined) {
      known = isSigned(definition, document);
      signed.set(definition, known);
    }
    return known;
  }

  return function checkSignature({ definition }, { headers }) {
    if (!needsSignature(definition)) return undefined;
    const result = verify(headers);
    if (!result.ok) throw refuseSignature(explainRefusal(result, headers), result, gate.appKeys());
    return result.appKey;
  };
}

function isSigned(definition: JsonObject, document: JsonObject): boolean {
  const alternatives = definition.security ?? document.security;
  // An empty alternative means that the operation can be called without any of the others.
  return (
    Array.isArray(alternatives) &&
    alternatives.length > 0 &&
    alternatives.every((names) => Object.keys(names).length > 0)
  );
}

function refuseSignature(message: string, refusal: Refusal, appKeys: readonly string[]): ApiRefusal {
  const more = { headers: { [reasonHeader]: message }, reason: message };
  // Not SignatureInvalid: the service has been seen to answer 1002 to an App Key that it does not know.
  if (refusal.reason === 'app-key-unknown') {
    return new ApiRefusal('ParameterInvalid', `The App Key is unknown; this mock has ${listKeys(appKeys)}.`, more);
  }
  return new ApiRefusal('SignatureInvalid', `The signature was refused. The header ${reasonHeader} says why.`, more);
}

function listKeys(appKeys: readonly string[]): string {
  const shown = appKeys.slice(0, 5).join(', ');
  return appKeys.length > 5 ? `${shown} and ${appKeys.length - 5} more` : shown;
}
