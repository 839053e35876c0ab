import type { AnswerDraft, Api, MockRequest, Preference, Route, Settings } from '../http/types.js';
import { createFastEngine } from './fast-engine.js';
import { createPrismEngine } from './prism-engine.js';

/** Picks the answer to a request whose signature and body are good. */
export interface Engine {
  /** Does the slow part of the first request, where there is one. */
  readonly prepare: () => Promise<void>;
  readonly answer: (
    route: Route,
    request: MockRequest,
    body: unknown,
    preference: Preference,
  ) => AnswerDraft | Promise<AnswerDraft>;
}

/** Makes the engine: the fast way for what the document settles, Prism for all else. */
export function createEngine(api: Api, settings: Settings): Engine {
  const prism = createPrismEngine(api, settings);
  const fast = createFastEngine(api, settings);
  return {
    async prepare() {
      if (!Object.values(api.operations).every(fast.covers)) await prism.prepare();
    },
    answer: (...request) => fast.answer(...request) ?? prism.answer(...request),
  };
}
