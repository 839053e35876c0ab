import type { Api } from '../document/api.js';
import { asObject } from '../document/lookup.js';
import { createEngine } from '../engine/engine.js';
import type { Engine } from '../engine/prism-engine.js';
import { createFaultPlayer } from '../faults/apply-fault.js';
import { createFaultFinder } from '../faults/faults.js';
import { ApiError, errorBody, problemBody, wordsOf } from '../http/api-error.js';
import { finishAnswer, refuseUndeliverable } from '../http/finish-answer.js';
import { readBody, readPrefer, shorten } from '../http/read-request.js';
import type { AnswerDraft, MockAnswer, MockRequest, Route } from '../http/types.js';
import { createMockState, type MockState } from '../mock-state.js';
import type { Settings } from '../settings.js';
import { createStateChange } from './change-state.js';
import { createBodyParser, createValidation } from './check-body.js';
import { createQueryCheck } from './check-query.js';
import { createSignatureCheck } from './check-signature.js';
import { createAnswerFiller } from './fill-answer.js';
import { createPreferenceReader, noPreference } from './read-prefer.js';
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
  const { service, faults, exchanges } = state;
  const findRoute = createRouter(api);
  const checkSignature = createSignatureCheck(api, settings, service.requests);
  const parse = createBodyParser(api);
  const validate = createValidation(api);
  const checkQuery = createQueryCheck(api);
  const readPreference = createPreferenceReader(api);
  const fillAnswer = createAnswerFiller(api, settings);
  const findFault = createFaultFinder(faults);
  const playFault = createFaultPlayer(api, settings);
  const changeState = createStateChange(api, service, settings);
  const record = createRecord(api, state, settings);

  /**
   * The order in which a request is refused: path and method before its body is read; then signature, rate limit, JSON,
   * schema, `Prefer`. A fault is played in place of a good answer, and only a good answer changes the state.
   */
  async function runSteps(request: MockRequest, trace: Trace): Promise<AnswerDraft> {
    const route = findRoute(request);
    trace.route = route;
    const bytes = await readBody(request);
    trace.bytes = bytes;
    const appKey = checkSignature(route, request);
    if (appKey !== undefined) service.requests.admit(appKey, route.operation);
    const body = parse(route, request, bytes);
    trace.body = body;
    validate(route, body);
    const asked = checkQuery?.(route, request) ?? request;
    const prefer = readPrefer(request, api.isPlain);
    const preference = prefer === undefined ? noPreference : readPreference(route, prefer);
    const fault = findFault(route, request, body);
    const proceed = async (): Promise<AnswerDraft> => {
      const draft = fillAnswer(route, request, body, await engine.answer(route, asked, body, preference));
      changeState(route, request, appKey, body, draft);
      return draft;
    };
    // Awaited here: a promise that is returned as it is settles this one two turns later.
    return await (fault ? playFault(fault, request, proceed) : proceed());
  }

  async function answer(request: MockRequest): Promise<MockAnswer> {
    const trace: Trace = { startedAtMs: settings.monotonicNow(), route: undefined, bytes: noBytes, body: undefined };
    let draft: AnswerDraft;
    let failed: ErrorAnswer | undefined;
    try {
      draft = refuseUndeliverable(await runSteps(request, trace));
    } catch (error) {
      failed = toErrorAnswer(api, error, trace.route);
      ({ draft } = failed);
    }
    const id = record(request, trace, draft, failed?.reason);
    const answered = finishAnswer(request, draft);
    exchanges.keep(id, request, trace.bytes, answered, failed?.signature);
    request.onRecorded?.(id);
    return answered;
  }

  return { answer, prepare: engine.prepare, ...state };
}

/** The document bounds the message; two thousand characters name a few dozen fields. */
const maxMessageLength = 2000;

const noBytes = new Uint8Array();

/** The answer to what a step threw. */
interface ErrorAnswer extends Pick<ApiError, 'reason' | 'signature'> {
  readonly draft: AnswerDraft;
}

/** Returns the answer of the API to whatever a step threw, and the reason for the log. */
function toErrorAnswer(
  api: Pick<Api, 'catalogue' | 'envelope' | 'errors' | 'isPlain'>,
  thrown: unknown,
  route: Route | undefined,
): ErrorAnswer {
  const { error, status, headers, message, reason, signature } =
    thrown instanceof ApiError ? thrown : internalError(thrown);
  const entry = api.errors[error];
  const { code } = entry;
  const httpStatus = api.catalogue.includes(entry) ? entry.httpStatus : documentedStatus(entry.httpStatus, route);
  const words = shorten(message, maxMessageLength);
  if (api.isPlain) {
    const body = problemBody(status ?? httpStatus, words);
    return { draft: { status: body.status, headers, mediaType: 'application/problem+json', body }, reason, signature };
  }
  const body = errorBody(api, code, words);
  return { draft: { status: status ?? httpStatus, headers, mediaType: 'application/json', body }, reason, signature };
}

/** Returns a status that an operation documents for a wrong input, where the usual one is not, and its document has no error for it. */
function documentedStatus(status: number, route: Route | undefined): number {
  const { responses } = asObject(route?.definition);
  const has = (key: string | number) => Object.hasOwn(asObject(responses), `${key}`);
  const isOther = wrongInput.includes(status) && ![status, '4XX', '4xx', 'default'].some(has);
  return (isOther ? wrongInput.find(has) : undefined) ?? status;
}

const wrongInput = [422, 400];

function internalError(thrown: unknown): ApiError {
  const reason = `The mock failed inside: ${wordsOf(thrown)}`;
  return new ApiError('InternalError', 'The mock failed inside; its log says why.', { reason });
}
