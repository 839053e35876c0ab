import type { Operation } from '@nexconn-kit/contract';
import { asObject, createResolver } from '../document/lookup.js';
import { withUserIdPattern } from '../document/user-id-pattern.js';
import type { AnswerDraft, Api, MockRequest, Preference, Route, Settings } from '../http/types.js';
import { type FastPlan, planOperation } from './plan-operation.js';

/** Answers what the document settles without Prism. */
export interface FastEngine {
  /** Whether an ordinary good request to the operation needs no Prism. */
  readonly covers: (operation: Operation) => boolean;
  /** Gives what Prism would, or `undefined` where only Prism can tell: it never refuses. */
  readonly answer: (
    route: Route,
    request: MockRequest,
    body: unknown,
    preference: Preference,
  ) => AnswerDraft | undefined;
}

/** The media type with no parameter that Prism might look at. */
const plainJson = /^application\/json(?:; ?charset=utf-8)?$/i;

/** Makes the fast way beside Prism; the body has passed the generated validators by then. */
export function createFastEngine(api: Api, { userIdPattern }: Pick<Settings, 'userIdPattern'>): FastEngine {
  const document = userIdPattern ? withUserIdPattern(api.document, userIdPattern) : api.document;
  const resolve = createResolver(document);
  const plans = new Map<Operation, FastPlan | undefined>();

  function planOf(operation: Operation): FastPlan | undefined {
    if (!plans.has(operation)) plans.set(operation, makePlan(operation));
    return plans.get(operation);
  }

  function makePlan(operation: Operation): FastPlan | undefined {
    const validated = operation.body === null || api.validators[operation.operationId] !== undefined;
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
