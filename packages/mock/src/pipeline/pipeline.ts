import type { Api } from '../document/api.js';
import { createEngine } from '../engine/engine.js';
import type { Engine } from '../engine/prism-engine.js';
import { createFaultPlayer } from '../faults/apply-fault.js';
import { createFaultFinder } from '../faults/faults.js';
import { ApiError, errorBody } from '../http/api-error.js';
import { readBody, shorten } from '../http/read-request.js';
import type { AnswerDraft, MockAnswer, MockRequest } from '../http/types.js';
import { createMockState, type MockState } from '../mock-state.js';
import type { Settings } from '../settings.js';
import { createStateChange } from './change-state.js';
import { createValidation, parseBody } from './check-body.js';
import { createSignatureCheck } from './check-signature.js';
import { createAnswerFiller } from './fill-answer.js';
import { createPreferenceReader } from './read-prefer.js';
import { createRecord, type Trace } from './record.js';
import { createRouter } from './route.js';

/** The way of a request from its route to its answer, whether it came over a port or not. */
export interface Pipeline extends MockState {
  /** A failure inside is answered too, as the API's internal error. */
  readonly answer: (request: MockRequest) => Promise<MockAnswer>;
  /** Loads what the first request would otherwise wait for. */
  readonly prepare: () => Promise<void>;
}

/** Parts of a pipeline that are created for it unless given. */
interface PipelineParts {
  readonly state?: MockState;
  readonly engine?: Engine;
}

export function createPipeline(
  api: Api,
  settings: Settings,
  { state = createMockState(api, settings), engine = createEngine(api) }: PipelineParts = {},
): Pipeline {
  const { service, faults } = state;
  const findRoute = createRouter(api);
  const checkSignature = createSignatureCheck(api, settings, service.requests);
  const validate = createValidation(api);
  const readPreference = createPreferenceReader(api);
  const fillAnswer = createAnswerFiller(api, settings);
  const findFault = createFaultFinder(faults);
  const playFault = createFaultPlayer(api, settings);
  const changeState = createStateChange(api, service);
  const record = createRecord(api, state, settings);

  async function runSteps(request: MockRequest, trace: Trace): Promise<AnswerDraft> {
    const route = findRoute(request);
    trace.route = route;
    const bytes = await readBody(request);
    const appKey = checkSignature(route, request);
    if (appKey !== undefined) service.requests.admit(appKey, route.operation);
    const body = parseBody(route, request, bytes);
    trace.body = body;
    validate(route, body);
    const preference = readPreference(route, request);
    const fault = findFault(route, request, body);
    const proceed = async (): Promise<AnswerDraft> => {
      const draft = fillAnswer(route, request, body, await engine.answer(route, request, body, preference));
      changeState(route, appKey, body, draft);
      return draft;
    };
    return fault ? playFault(fault, request, proceed) : proceed();
  }

  async function answer(request: MockRequest): Promise<MockAnswer> {
    const trace: Trace = { startedAtMs: settings.monotonicNow(), route: undefined, body: undefined };
    let draft: AnswerDraft;
    let reason: string | undefined;
    try {
      draft = refuseUndeliverable(await runSteps(request, trace));
    } catch (error) {
      ({ draft, reason } = toErrorAnswer(api, error));
    }
    record(request, trace, draft, reason);
    return finishAnswer(request, draft);
  }

  return { answer, prepare: engine.prepare, ...state };
}

/** What no transport takes, such as a document's header example in characters that a header has not, fails here instead. */
function refuseUndeliverable(draft: AnswerDraft): AnswerDraft {
  const { status, headers, mediaType, cut } = draft;
  if (cut === undefined && !(status >= 200 && status <= 599)) throw new Error(`The status ${status} ends no exchange.`);
  for (const name in headers) {
    const text = headers[name] ?? '';
    if (!isHeaderName(name)) throw new Error(`${JSON.stringify(shorten(name))} is no name of a header.`);
    if (!isHeaderText(text))
      throw new Error(`No header can hold the value of ${name}: ${JSON.stringify(shorten(text))}.`);
  }
  if (!isHeaderText(mediaType)) throw new Error(`${JSON.stringify(shorten(mediaType))} is no media type.`);
  return draft;
}

function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** The document bounds the message; two thousand characters name a few dozen fields. */
const maxMessageLength = 2000;

/** Returns the answer of the API to whatever a step threw, and the reason for the log. */
function toErrorAnswer(
  api: Pick<Api, 'envelope' | 'errors'>,
  thrown: unknown,
): { readonly draft: AnswerDraft; readonly reason: string } {
  const { error, status, headers, message, reason } = thrown instanceof ApiError ? thrown : internalError(thrown);
  const { code, httpStatus } = api.errors[error];
  const body = errorBody(api, code, shorten(message, maxMessageLength));
  return { draft: { status: status ?? httpStatus, headers, mediaType: 'application/json', body }, reason };
}

function internalError(thrown: unknown): ApiError {
  const reason = `The mock failed inside: ${thrown instanceof Error ? thrown.message : typeof thrown}`;
  return new ApiError('InternalError', 'The mock failed inside; its log says why.', { reason });
}

/** Returns the serialized answer with the headers that every answer has. */
function finishAnswer({ headers: asked }: MockRequest, draft: AnswerDraft): MockAnswer {
  const { status, headers, mediaType, body, cut } = draft;
  const isJson = body !== undefined && (mediaType === plainJson || /[/+]json(?:;|$)|\*/.test(mediaType));
  const hasBody = body !== undefined && !bodilessStatuses.has(status);
  const sent: Record<string, string> = hasBody ? { 'Content-Type': contentTypeOf(mediaType, isJson) } : {};
  for (const name in headers) addHeader(sent, name, headers[name] as string);
  const requestId = asked['x-request-id'];
  if (requestId !== undefined && isEchoed(requestId)) sent['X-Request-ID'] = requestId;
  const answer = { status, headers: sent, body: hasBody ? serialize(body, isJson) : '' };
  return cut ? { ...answer, cut } : answer;
}

/** HTTP has them without a body, whatever the document shows. */
export const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** Spreading costs more, for every request; assigning it would set the prototype. */
function addHeader(headers: Record<string, string>, name: string, text: string): void {
  if (name === '__proto__') Object.defineProperty(headers, name, { value: text, enumerable: true });
  else headers[name] = text;
}

function serialize(body: unknown, isJson: boolean): string {
  return isJson || typeof body === 'object' ? JSON.stringify(body) : `${body}`;
}

const plainJson = 'application/json';

function contentTypeOf(mediaType: string, isJson: boolean): string {
  if (mediaType === plainJson) return `${plainJson}; charset=utf-8`;
  // A range of types, which a document may have, is the type of nothing.
  if (mediaType.includes('*')) return `${plainJson}; charset=utf-8`;
  return isJson ? `${mediaType.split(';', 1)[0]}; charset=utf-8` : mediaType;
}

/** The document allows 36 characters; only visible ASCII can stand in a header. */
function isEchoed(requestId: string): boolean {
  return /^[!-~]{1,36}$/.test(requestId);
}
