import { createSecrets } from '../../src/app-secrets.js';
import { createClock } from '../../src/clock-skew.js';
import { createFailover, toHost } from '../../src/failover.js';
import type { Parts } from '../../src/pipeline/parts.js';
import { signRequest } from '../../src/pipeline/sign-request.js';
import { makeSettings } from './make-call.js';
import type { ClientSettings } from './make-client.js';

/** What a test gives its calls in common; whatever is left out does nothing. */
export interface PartsOptions extends Partial<Parts> {
  readonly options?: ClientSettings;
  readonly baseUrls?: readonly string[];
  readonly monotonicNow: () => number;
}

/** Returns what calls have in common, without a rate limit and with the longest delays. */
export function makeParts({ options = {}, baseUrls = ['http://localhost:1'], ...given }: PartsOptions): Parts {
  const { monotonicNow } = given;
  const { appSecret = 'SecretA' } = options;
  return {
    settings: makeSettings(options),
    failover: createFailover(baseUrls.map(toHost), { coolDownMs: 30_000, monotonicNow, onFailover: () => {} }),
    secrets: createSecrets(appSecret, { appKey: '', monotonicNow, check: () => {}, onSwitched: () => {} }),
    sign: signRequest,
    clock: createClock(monotonicNow, () => {}),
    rateLimits: { waitForPermit: () => undefined, check: () => {}, stop: () => {} },
    emit: () => {},
    random: () => 1,
    mayResend: false,
    ...given,
  };
}
