import { errorCatalogue } from '@nexconn-kit/contract';
import { type Finding, failed, notKnown, ok, warning } from '../../terminal/finding.js';
import { quoteForeign } from '../../wire/read-answer.js';
import type { ApiOutcome, AskApi } from './ask-api.js';

/** Who signs, and what may stand in its place. */
export interface SignatureInputs {
  readonly appKey: string;
  readonly appSecret: string;
  /** The App Secret that is to replace it, of a rotation under way; empty where there is none. */
  readonly nextSecret: string;
  /** Texts that nothing may show. */
  readonly secrets: readonly string[];
}

const { AppSecretMismatch, SignatureInvalid, UserLimitReached, RateLimitExceeded, UserNotFound } = errorCatalogue;
const signatureCodes: readonly number[] = [AppSecretMismatch.code, SignatureInvalid.code];
/** The API has looked at the body, which comes after the signature. */
const bodyCodes: readonly number[] = (
  ['UserNotFound', 'ParameterInvalid', 'BodyMissing', 'ParameterTooLong'] as const
).map((name) => errorCatalogue[name].code);

/** How far clocks may be apart before it is worth a word, and before it is refused somewhere. */
const clockLimitsMs = { warning: 5_000, failed: 60_000 };

/** What asking has come to: the API's answer, and whether it takes the signature, where that is known. */
export interface SignatureVerdict {
  readonly findings: readonly Finding[];
  readonly isAccepted: boolean | undefined;
}

/** Returns what an answer says of the clock. */
export function checkClock(outcome: ApiOutcome): Finding {
  const aheadMs = outcome.kind === 'none' ? undefined : outcome.aheadMs;
  if (aheadMs === undefined) return notKnown('clock', 'No answer with a Date has come to compare it with.');
  const [distance, side] = [Math.abs(aheadMs), aheadMs > 0 ? 'ahead of' : 'behind'];
  if (distance <= clockLimitsMs.warning) return ok('clock', "It is right, by the server's Date.");
  const says = `It is ${inWords(distance)} ${side} the server's.`;
  const advice = 'Have this machine set its clock by NTP (timedatectl set-ntp true).';
  return distance <= clockLimitsMs.failed ? warning('clock', says, advice) : failed('clock', says, advice);
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}

/** Judges the answer to a signed request without a user, and asks on where it leaves the cause open. */
export async function checkSignature(
  outcome: ApiOutcome,
  ask: AskApi,
  inputs: SignatureInputs,
): Promise<SignatureVerdict> {
  if (outcome.kind !== 'api') return { findings: [nameTransport('signature', outcome)], isAccepted: undefined };
  if (signatureCodes.includes(outcome.code)) {
    return { findings: [await explainRefusal(outcome, ask, inputs)], isAccepted: false };
  }
  if (bodyCodes.includes(outcome.code)) return judgeBodyRefusal(outcome, ask, inputs);
  if (outcome.code === UserLimitReached.code) {
    return { findings: [ok('signature', 'App Key and App Secret are accepted.')], isAccepted: true };
  }
  return { findings: [nameCode('signature', outcome)], isAccepted: undefined };
}

/** A server that answers a wrong signature alike has judged neither: an unknown App Key has been seen to get 1002. */
async function judgeBodyRefusal(
  outcome: ApiOutcome & { kind: 'api' },
  ask: AskApi,
  { appKey, secrets }: SignatureInputs,
): Promise<SignatureVerdict> {
  const wrong = await ask({ appKey, appSecret: 'nobodysSecret' });
  if (wrong.kind !== 'api' || wrong.code !== outcome.code) {
    return { findings: [ok('signature', 'App Key and App Secret are accepted.')], isAccepted: true };
  }
  const says = `The App Key is most probably unknown there: right and wrong signatures get one answer (${outcome.code}).`;
  const advice = 'Check the App Key, and whether its app lives in this region (--regions asks the others).';
  return { findings: [failed('signature', withReason(says, outcome, secrets), advice)], isAccepted: false };
}

async function explainRefusal(
  outcome: ApiOutcome & { kind: 'api' },
  ask: AskApi,
  { appKey, appSecret, nextSecret, secrets }: SignatureInputs,
): Promise<Finding> {
  const aheadMs = outcome.aheadMs ?? 0;
  if (Math.abs(aheadMs) > 2000 && (await isAccepted(ask({ appKey, appSecret, offsetMs: -aheadMs })))) {
    const says = `It is refused (${outcome.code}) for the clock alone: with the server's time it is accepted.`;
    return failed('signature', says, 'Set the clock of this machine right.');
  }
  if (nextSecret !== '' && (await isAccepted(ask({ appKey, appSecret: nextSecret })))) {
    const says = 'The App Secret is void: NEXCONN_APP_SECRET_NEXT is accepted, so the rotation is over.';
    return failed('signature', says, 'Put the next secret into NEXCONN_APP_SECRET, and unset the other.');
  }
  const { meaning } = outcome.code === AppSecretMismatch.code ? AppSecretMismatch : SignatureInvalid;
  const says = `The App Secret is not that of the App Key, or was rotated (${outcome.code}: ${meaning})`;
  const advice = 'Copy key and secret of the same app and environment from the console.';
  return failed('signature', withReason(says, outcome, secrets), advice);
}

/** The mock says why. */
function withReason(says: string, outcome: ApiOutcome & { kind: 'api' }, secrets: readonly string[]): string {
  const reason = outcome.headers['x-mock-reason'];
  return reason === undefined ? says : `${says} The mock says: ${quoteForeign(reason, secrets)}`;
}

async function isAccepted(asked: Promise<ApiOutcome>): Promise<boolean> {
  const outcome = await asked;
  return outcome.kind === 'api' && !signatureCodes.includes(outcome.code) && outcome.status !== 401;
}

/** Returns what an answer says of the rate limit. */
export function checkRate(outcome: ApiOutcome): Finding {
  const headers = outcome.kind === 'none' ? {} : outcome.headers;
  if (outcome.kind === 'api' && (outcome.code === RateLimitExceeded.code || outcome.status === 429)) {
    const after = headers['retry-after'] === undefined ? '' : `, to be asked again in ${headers['retry-after']} s`;
    return failed('rate', `The limit is met (${outcome.code})${after.slice(0, 60)}.`, RateLimitExceeded.remedy);
  }
  const told = Object.entries(headers).filter(([name]) => /^(x-)?rate-?limit/.test(name));
  if (told.length === 0) return notKnown('rate', 'The answers do not say how much of the limit is left.');
  return ok('rate', quoteForeign(told.map(([name, value]) => `${name}: ${value}`).join(', '), []));
}

/** Returns what an answer says of the users that a development app may have. */
export function checkUserLimit(outcome: ApiOutcome): Finding {
  if (outcome.kind === 'api' && outcome.code === UserLimitReached.code) return nameCode('user limit', outcome);
  return notKnown('user limit', 'A development app takes 100 users; what is left shows only in a refusal (2007).');
}

/** Returns what came of a request with nothing to refuse, which voids no token of nobody. */
export function checkRequest(outcome: ApiOutcome): Finding {
  if (outcome.kind !== 'api') return nameTransport('request', outcome);
  if (outcome.code !== 0 && outcome.code !== UserNotFound.code) return nameCode('request', outcome);
  return ok('request', 'One that is complete is answered. Whether a token is issued, --user-id asks.');
}

/** Returns what came of a token that was really asked for; the token is not shown. */
export function checkIssue(outcome: ApiOutcome, userId: string): Finding {
  if (outcome.kind !== 'api') return nameTransport('token', outcome);
  if (outcome.code !== 0) return nameCode('token', outcome);
  return ok('token', `One was issued for the user ${quoteForeign(userId, [])}.`);
}

/** Returns what is said of an error of the API. */
function nameCode(check: string, { code, status, message, headers }: ApiOutcome & { kind: 'api' }): Finding {
  if (code === 0) return notKnown(check, 'The API answered a request without a user as if it were good.');
  const entry = Object.values(errorCatalogue).find((each) => each.code === code);
  const words = entry?.meaning ?? `The API refused with a code that is not documented: "${message}".`;
  const reason = headers['x-mock-reason'] ? ` The mock says: ${quoteForeign(headers['x-mock-reason'], [])}` : '';
  return failed(
    check,
    `${words} (code ${code}, HTTP ${status})${reason}`,
    entry?.remedy ?? 'Ask the support of Nexconn.',
  );
}

/** Returns what is said where no answer of the API came. */
function nameTransport(check: string, outcome: Exclude<ApiOutcome, { kind: 'api' }>): Finding {
  if (outcome.kind === 'none') {
    const why =
      outcome.failure === 'TIMEOUT' ? 'no answer came in time' : `the connection broke off (${outcome.failure})`;
    return failed(check, `It was not judged: ${why}.`, 'Try again; look at the status of the service.');
  }
  const { status, what, headers } = outcome;
  if (status >= 300 && status < 400) {
    return failed(
      check,
      `The host redirects (HTTP ${status}), as the API never does.`,
      'Check the base URL, and https.',
    );
  }
  const who = headers.server ? ` (${quoteForeign(headers.server, [], 40)})` : '';
  const says = `Something else than the API answered${who}: HTTP ${status} with ${what}.`;
  const isGateway = status >= 500;
  const advice = isGateway
    ? 'Try again: a gateway got no answer of the API.'
    : 'Check the base URL, and what stands before it.';
  return failed(check, says, advice);
}
