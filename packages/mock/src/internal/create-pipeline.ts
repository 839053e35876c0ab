import { createFaultStep } from '../faults/create-fault-step.js';
import { createFaults } from '../faults/create-faults.js';
import type { Faults } from '../faults/types.js';
import { createAnswerFiller } from './create-answer-filler.js';
import { createPreferenceReader } from './create-preference-reader.js';
import { createPrismEngine } from './create-prism-engine.js';
import { createRefusalAnswer } from './create-refusal-answer.js';
import { createRouter } from './create-router.js';
import { createSignatureCheck } from './create-signature-check.js';
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
}

export function createPipeline(api: Api, settings: Settings): Pipeline {
  const findRoute = createRouter(api);
  const checkSignature = createSignatureCheck(api, settings);
  const validate = createValidation(api, settings);
  const readPreference = createPreferenceReader(api);
  const engine = createPrismEngine(api, settings);
  const fillAnswer = createAnswerFiller(api, settings);
  const faults = createFaults(api.errors);
  const faultStep = createFaultStep(api, settings, faults);
  const refuse = createRefusalAnswer(api);

  async function runSteps(request: MockRequest): Promise<AnswerDraft> {
    const route = findRoute(request);
    const bytes = await readBody(request);
    checkSignature(route, request);
    const body = parseBody(route, request, bytes);
    validate(route, body);
    const preference = readPreference(route, request);
    const fault = faultStep.find(route, request, body);
    const proceed = async () => fillAnswer(route, request, body, await engine.answer(route, request, body, preference));
    return fault ? faultStep.apply(fault, request, proceed) : proceed();
  }

  async function answer(request: MockRequest): Promise<MockAnswer> {
    const { draft, reason } = await runSteps(request).then((draft) => ({ draft, reason: undefined }), refuse);
    settings.log(logLine(api, request, draft, reason));
    return finishAnswer(request, draft);
  }

  return { answer, prepare: engine.prepare, faults };
}
