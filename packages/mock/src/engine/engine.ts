import type { Operation } from '@nexconn-kit/contract';
import type { Api } from '../document/api.js';
import { asObject, createResolver } from '../document/lookup.js';
import type { AnswerDraft, MockRequest } from '../http/types.js';
import { type FastPlan, planOperation } from './plan-operation.js';
import { createPrismEngine, type Engine, type EngineRequest } from './prism-engine.js';

/** Creates the engine of a mock: the fast way where the document determines the answer, Prism for all else. */
export function createEngine(api: Api): Engine {
  const prism = createPrismEngine(api);
  const fast = createFastEngine(api);
  return {
    async prepare() {
      if (!Object.values(api.operations).every(fast.covers)) await prism.prepare();
    },
    answer: (...request) => fast.answer(...request) ?? prism.answer(...request),
  };
}

/** An engine that answers where the document alone determines the answer. */
interface FastEngine {
  /** Whether an ordinary good request to the operation needs no Prism. */
  readonly covers: (operation: Operation) => boolean;
  /** Returns what Prism would, or `undefined` where only Prism can decide; it never refuses. */
  readonly answer: (...request: EngineRequest) => AnswerDraft | undefined;
}

/** The media type with no parameter that Prism might look at. */
const plainJson = /^application\/json(?:; ?charset=utf-8)?$/i;

/** Creates the fast way beside Prism; the body has passed the generated validators by then. */
export function createFastEngine({ document, validators }: Pick<Api, 'document' | 'validators'>): FastEngine {
  const resolve = createResolver(document);
  const plans = new Map<Operation, FastPlan | undefined>();

  function planOf(operation: Operation): FastPlan | undefined {
    if (!plans.has(operation)) plans.set(operation, makePlan(operation));
    return plans.get(operation);
  }

  function makePlan(operation: Operation): FastPlan | undefined {
    const validated = operation.body === null || validators[operation.operationId] !== undefined;
    return validated ? planOperation(asObject(document.paths)[operation.path], operation, resolve) : undefined;
  }

  return {
    covers: (operation) => planOf(operation) !== undefined,
    answer(route, request, body, { code, exampleKey }) {
      if (code !== undefined || exampleKey !== undefined) return undefined;
      const plan = planOf(route.operation);
      if (!plan || !isPlainBody(route.operation, request, body)) return undefined;
      return plan.acceptsParameters(route, request) ? plan.draft : undefined;
    },
  };
}

function isPlainBody({ body: expected }: Operation, { headers }: MockRequest, body: unknown): boolean {
  if (expected) return body !== undefined && plainJson.test(headers['content-type'] ?? '');
  // Prism refuses a body that the document does not describe.
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
}
