import { createFaultStep } from '../faults/create-fault-step.js';
import { createFaults } from '../faults/create-faults.js';
import type { Faults } from '../faults/types.js';
import { createJournal } from '../service/create-journal.js';
import { createService } from '../service/create-service.js';
import type { Journal, Service } from '../service/types.js';
import { createAnswerFiller } from './create-answer-filler.js';
import { createEngine, type Engine } from './create-engine.js';
import { createJournalStep, type Trace } from './create-journal-step.js';
import { createPreferenceReader } from './create-preference-reader.js';
import { createRefusalAnswer } from './create-refusal-answer.js';
import { createRouter } from './create-router.js';
import { createSignatureCheck } from './create-signature-check.js';
import { createStateStep } from './create-state-step.js';
import { createValidation } from './create-validation.js';
import { finishAnswer } from './finish-answer.js';
import { logLine } from './log-line.js';
import { parseBody } from './parse-body.js';
import { readBody } from './read-body.js';
import type { AnswerDraft, Api, MockAnswer, MockRequest, Settings } from './types.js';

/** What a request goes through, whether it came over a port or not. */
export interface Pipeline {
  /** A failure inside is answered too, as the API's internal error. */
  readonly answer: (request: MockRequest) => Promise<MockAnswer>;
  /** Does the slow part of the first request. */
  readonly prepare: () => Promise<void>;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly service: Service;
}

export function createPipeline(api: Api, settings: Settings, engine: Engine = createEngine(api, settings)): Pipeline {
  const service = createService({ apps: settings.apps, now: settings.now });
  const journal = createJournal(settings.journalSize);
  const findRoute = createRouter(api);
  const checkSignature = createSignatureCheck(api, settings, service.gate);
  const validate = createValidation(api, settings);
  const readPreference = createPreferenceReader(api);
  const fillAnswer = createAnswerFiller(api, settings);
  const faults = createFaults(api.errors);
  const faultStep = createFaultStep(api, settings, faults);
  const changeState = createStateStep(api, service);
  const refuse = createRefusalAnswer(api);
  const record = createJournalStep(api, journal, service, settings.stopwatch);

  async function runSteps(request: MockRequest, trace: Trace): Promise<AnswerDraft> {
    const route = findRoute(request);
    trace.route = route;
    const bytes = await readBody(request);
    const appKey = checkSignature(route, request);
    if (appKey !== undefined) service.gate.admit(appKey, route.operation);
    const body = parseBody(route, request, bytes);
    trace.body = body;
    validate(route, body);
    const preference = readPreference(route, request);
    const fault = faultStep.find(route, request, body);
    const proceed = async () => {
      const draft = fillAnswer(route, request, body, await engine.answer(route, request, body, preference));
      changeState(route, appKey, body, draft);
      return draft;
    };
    return fault ? faultStep.apply(fault, request, proceed) : proceed();
  }

  async function answer(request: MockRequest): Promise<MockAnswer> {
    const trace = { startedAtMs: settings.stopwatch() };
    const { draft, reason } = await runSteps(request, trace).then((draft) => ({ draft, reason: undefined }), refuse);
    record(request, trace, draft, reason);
    settings.log?.(logLine(api, request, draft, reason));
    return finishAnswer(request, draft);
  }

  return { answer, prepare: engine.prepare, faults, journal, service };
}
