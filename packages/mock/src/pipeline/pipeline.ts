import { createEngine, type Engine } from '../engine/engine.js';
import { createFaultStep } from '../faults/apply-fault.js';
import { readBody } from '../http/read-body.js';
import { createRefusalAnswer } from '../http/refusal-answer.js';
import type { AnswerDraft, Api, MockAnswer, MockRequest, Route, Settings } from '../http/types.js';
import { createMockState, type MockState } from '../mock-state.js';
import { createStateStep } from './change-state.js';
import { createSignatureCheck } from './check-signature.js';
import { createAnswerFiller } from './fill-answer.js';
import { finishAnswer } from './finish-answer.js';
import { logLine } from './log-line.js';
import { parseBody } from './parse-body.js';
import { createPreferenceReader } from './read-prefer.js';
import { createJournalStep, type Trace } from './record.js';
import { createRouter } from './route.js';
import { createValidation } from './validate.js';

/** What a request goes through, whether it came over a port or not. */
export interface Pipeline extends MockState {
  /** A failure inside is answered too, as the API's internal error. */
  readonly answer: (request: MockRequest) => Promise<MockAnswer>;
  /** Does the slow part of the first request. */
  readonly prepare: () => Promise<void>;
}

/** What a pipeline works with; each is made for it unless given. */
export interface PipelineParts {
  readonly state?: MockState;
  readonly engine?: Engine;
}

export function createPipeline(
  api: Api,
  settings: Settings,
  { state = createMockState(api, settings), engine = createEngine(api, settings) }: PipelineParts = {},
): Pipeline {
  const { service, journal, faults } = state;
  const findRoute = createRouter(api);
  const checkSignature = createSignatureCheck(api, settings, service.gate);
  const validate = createValidation(api, settings);
  const readPreference = createPreferenceReader(api);
  const fillAnswer = createAnswerFiller(api, settings);
  const faultStep = createFaultStep(api, settings, faults);
  const changeState = createStateStep(api, service);
  const refuse = createRefusalAnswer(api);
  const record = createJournalStep(api, journal, service, settings.stopwatch);

  /** A promise only where there is something to wait for: each turn of one costs as much as a step. */
  function runSteps(
    route: Route,
    request: MockRequest,
    bytes: Uint8Array,
    trace: Trace,
  ): AnswerDraft | Promise<AnswerDraft> {
    const appKey = checkSignature(route, request);
    if (appKey !== undefined) service.gate.admit(appKey, route.operation);
    const body = parseBody(route, request, bytes);
    trace.body = body;
    validate(route, body);
    const preference = readPreference(route, request);
    const fault = faultStep.find(route, request, body);
    const takeEffect = (draft: AnswerDraft): AnswerDraft => {
      const filled = fillAnswer(route, request, body, draft);
      changeState(route, appKey, body, filled);
      return filled;
    };
    const proceed = (): AnswerDraft | Promise<AnswerDraft> => {
      const draft = engine.answer(route, request, body, preference);
      return draft instanceof Promise ? draft.then(takeEffect) : takeEffect(draft);
    };
    return fault ? faultStep.apply(fault, request, proceed) : proceed();
  }

  async function answer(request: MockRequest): Promise<MockAnswer> {
    const trace: Trace = { startedAtMs: settings.stopwatch(), route: undefined, body: undefined };
    let draft: AnswerDraft;
    let reason: string | undefined;
    try {
      const route = findRoute(request);
      trace.route = route;
      const bytes = await readBody(request);
      const drafted = runSteps(route, request, bytes, trace);
      draft = drafted instanceof Promise ? await drafted : drafted;
    } catch (error) {
      ({ draft, reason } = refuse(error));
    }
    record(request, trace, draft, reason);
    settings.log?.(logLine(api, request, draft, reason));
    return finishAnswer(request, draft);
  }

  return { answer, prepare: engine.prepare, ...state };
}
