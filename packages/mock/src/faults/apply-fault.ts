import type { Api } from '../document/api.js';
import { errorBody } from '../http/api-error.js';
import type { AnswerDraft, MockRequest } from '../http/types.js';
import type { Settings } from '../settings.js';
import { clearTimeout, setTimeout } from '../system-time.js';
import type { ErrorEntries } from './check-fault.js';
import type { Fault } from './types.js';

/** Plays a fault around the rest of the pipeline, which it runs whole or not at all. */
type PlayFault = (fault: Fault, request: MockRequest, proceed: () => Promise<AnswerDraft>) => Promise<AnswerDraft>;

/** The status of an answer that is never sent. */
const notSent = 0;

/** Creates the step that plays the fault of a request. */
export function createFaultPlayer(
  api: Pick<Api, 'envelope' | 'errors'>,
  { random }: Pick<Settings, 'random'>,
): PlayFault {
  const errors = Object.values<ErrorEntries[string]>(api.errors);

  function answerError({ code, status }: Fault): AnswerDraft {
    const entry = errors.find((candidate) => candidate.code === code);
    if (!entry) throw new Error(`There is no error ${code}.`);
    const sent = status ?? entry.httpStatus;
    const headers: Record<string, string> = sent === 429 ? { 'Retry-After': '1' } : {};
    return { status: sent, headers, mediaType: 'application/json', body: errorBody(api, entry.code, entry.meaning) };
  }

  async function happen(fault: Fault, proceed: () => Promise<AnswerDraft>): Promise<AnswerDraft> {
    switch (fault.kind) {
      case 'latency':
        return proceed();
      case 'answer':
        return answerError(fault);
      case 'code-on-200':
        return answerError({ ...fault, status: 200 });
      case 'html':
        return htmlPage(fault.status ?? 502);
      case 'not-json':
        return notJson(fault.status ?? 200);
      case 'truncate':
        return { ...(await proceed()), cut: 'truncate' };
      case 'reset-after':
        return { ...(await proceed()), status: notSent, cut: 'reset' };
      case 'reset':
      case 'hang':
        return nothing(fault.kind);
    }
  }

  return async function playFault(fault, request, proceed) {
    const name = describeFault(fault);
    const ms = waitOf(fault, random);
    const stayed = ms === 0 || (await wait(ms, request.onGone));
    // A caller that has left gets nothing issued either.
    const draft = stayed ? await happen(fault, proceed) : nothing('reset');
    return { ...draft, headers: { ...draft.headers, 'X-Mock-Fault': name }, fault: name };
  };
}

function describeFault({ kind, code, status, ms }: Fault): string {
  const value = kind === 'latency' ? ms : (code ?? status);
  return value === undefined ? kind : `${kind}=${value}`;
}

function waitOf({ ms = 0, jitterMs = 0 }: Fault, random: Settings['random']): number {
  if (jitterMs === 0) return ms;
  const [high = 0, low = 0] = random(2);
  const share = (high * 256 + low) / 65_535;
  return Math.max(0, ms + jitterMs * (2 * share - 1));
}

/** Resolves with `false` as soon as the caller leaves. */
function wait(ms: number, onGone: MockRequest['onGone']): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, true);
    onGone?.(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

function nothing(cut: 'reset' | 'hang'): AnswerDraft {
  return { status: notSent, headers: {}, mediaType: 'text/plain', body: undefined, cut };
}

function htmlPage(status: number): AnswerDraft {
  const body = `<html>\r\n<head><title>${status}</title></head>\r\n<body><h1>${status}</h1><hr>gateway</body>\r\n</html>\r\n`;
  return { status, headers: {}, mediaType: 'text/html', body };
}

function notJson(status: number): AnswerDraft {
  const headers = { 'Content-Type': 'application/json; charset=utf-8' };
  // A body of type JSON would be serialized as JSON; the header is what is sent.
  return { status, headers, mediaType: 'text/plain', body: 'upstream connect error' };
}
