import { createNonceStore, type Refusal, verifySignature } from '@nexconn-kit/signing';
import { ApiRefusal } from './api-refusal.js';
import type { Api, JsonObject, MockRequest, Route, Settings } from './types.js';

/** The response header that says why a signature was refused. */
const reasonHeader = 'X-Mock-Reason';

/** Makes the step that verifies the signature of operations that need one. */
export function createSignatureCheck(
  { document }: Api,
  { appKey, appSecret, clockToleranceMs, now }: Settings,
): (route: Route, request: MockRequest) => void {
  const secretFor = (key: string) => (key === appKey ? appSecret : undefined);
  const nonceStore = createNonceStore({ now });

  return function checkSignature({ definition }, { headers }) {
    if (!isSigned(definition, document)) return;
    const result = verifySignature(headers, { secretFor, clockToleranceMs, nonceStore, now });
    if (!result.ok) throw refuseSignature(result, appKey);
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

function refuseSignature({ reason, message }: Refusal, appKey: string): ApiRefusal {
  const more = { headers: { [reasonHeader]: message }, reason: message };
  // Not SignatureInvalid: the service has been seen to answer 1002 to an App Key that it does not know.
  if (reason === 'app-key-unknown') {
    return new ApiRefusal('ParameterInvalid', `The App Key is unknown; this mock was started with ${appKey}.`, more);
  }
  return new ApiRefusal('SignatureInvalid', `The signature was refused. The header ${reasonHeader} says why.`, more);
}
