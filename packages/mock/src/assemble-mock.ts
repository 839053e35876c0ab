import type { ApiDescription } from '@nexconn-kit/contract';
import { createConsole, createConsoleHandlers } from './console/console.js';
import { createConsoleRoutes, healthPath } from './console/routes.js';
import { createStartPage } from './console/start-page.js';
import type { MockConsole } from './console/types.js';
import { type Api, toApi } from './document/api.js';
import { MockError } from './errors.js';
import type { MockAnswer, MockRequest } from './http/types.js';
import { createMockState, saveState } from './mock-state.js';
import { createPipeline, type Pipeline } from './pipeline/pipeline.js';
import { createEarlyRecord, type EarlyAnswer } from './pipeline/record.js';
import { mockNames, resolveOptions, startMockNames } from './resolve-options.js';
import { createPageAnswer } from './server/cors.js';
import type { Settings } from './settings.js';
import type { SigningApp } from './state/service.js';
import type { Mock, MockOptions } from './types.js';

/** What a mock consists of, with a port or without one. */
interface MockParts extends Pick<DocumentSwitch, 'api' | 'prepare' | 'useDocument'> {
  readonly answer: (request: MockRequest) => Promise<MockAnswer>;
  readonly console: MockConsole;
  readonly currentAppSecret: Mock['currentAppSecret'];
  readonly exportState: Mock['exportState'];
  /** Records what was answered before it came to the pipeline. */
  readonly record: (answer: EarlyAnswer) => void;
  /** Ends what waits for requests. */
  readonly endWaits: () => void;
  /** Returns the mock with its App Key and App Secret. */
  readonly withCredentials: <T extends object>(mock: T) => T & Credentials;
}

interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/**
 * Returns the parts of a mock; `host` is what it listens on, if it does.
 *
 * @throws {MockError} `APP_EXISTS`, `INVALID_OPTION`
 */
export function assembleMock(options: MockOptions, host?: string): MockParts {
  const settings = resolveOptions(options, host === undefined ? mockNames : startMockNames);
  const pipeline = createDocumentSwitch(toApi(options.document, settings.userIdPattern, settings.rules), settings);
  const record = createEarlyRecord(pipeline, settings);
  const { now: realNow, userIdPattern, onChange } = settings;
  const { clockToleranceMs, nonceReplay, rules } = options;
  const startedWith = { userIdPattern, clockToleranceMs, nonceReplay, rules };
  const mockConsole = createConsole(createConsoleHandlers({ ...pipeline, realNow, startedWith }), onChange);
  const answerConsole = createConsoleRoutes(mockConsole, host);
  const answerStart = createStartPage(pipeline.api, settings.links, host);
  const answerApi = withCors(pipeline.answer, createPageAnswer(pipeline.answer, settings, record));
  // A page looks first whether what it calls is a mock. That is no request of the API, and is not recorded as one.
  const answerHealth = withCors(
    answerConsole,
    createPageAnswer(answerConsole, settings, () => {}),
  );
  const { api, prepare, useDocument } = pipeline;
  const { appKey } = settings;
  return {
    console: mockConsole,
    answer(request) {
      if (request.path === healthPath) return answerHealth(request);
      if (isConsolePath(request.path)) return answerConsole(request);
      const page = request.path === '/' ? answerStart(request) : undefined;
      return page ? Promise.resolve(page) : answerApi(request);
    },
    api,
    prepare,
    useDocument,
    record,
    endWaits: pipeline.journal.close,
    async currentAppSecret() {
      const { secret, nextSecret } = pipeline.service.requests.find(settings.appKey) as SigningApp;
      return nextSecret === undefined ? secret : { current: secret, next: nextSecret };
    },
    exportState: () => saveState(pipeline),
    // A state that was saved has the secret of its last rotation.
    withCredentials: (mock) => addCredentials({ appKey, appSecret: pipeline.service.secretOf(appKey) }, mock),
  };
}

/** Returns an answer function that pages may call as well; programs send no Origin, and skip all of that. */
function withCors(answer: MockParts['answer'], answerPage: ReturnType<typeof createPageAnswer>): MockParts['answer'] {
  return (request) => {
    const { origin } = request.headers;
    return origin === undefined ? answer(request) : answerPage(request, origin);
  };
}

/** The secret does not show when the mock is printed or turned into JSON. */
function addCredentials<T extends object>({ appKey, appSecret }: Credentials, mock: T): T & Credentials {
  return Object.freeze(Object.defineProperty({ ...mock, appKey, appSecret }, 'appSecret', { enumerable: false }));
}

/** Whether a path is one of the console, not of the API that is played. */
function isConsolePath(path: string): boolean {
  return path === '/_console' || path.startsWith('/_console/');
}

/** A pipeline whose document can be replaced while it answers. */
interface DocumentSwitch extends Pipeline {
  /** The document that is played at the time. */
  readonly api: Pick<Api, 'document' | 'envelope' | 'errors' | 'operations'>;
  /** Returns the API that is played at the time. */
  readonly playing: () => Api;
  /**
   * Switches to another document for every later request; those under way end as they began, and the state stays.
   *
   * @throws {MockError} `INVALID_DOCUMENT`, `INVALID_OPTION`; the document before stays then
   */
  readonly useDocument: (description: ApiDescription) => Promise<void>;
}

/** Creates the pipeline for a first document. @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
function createDocumentSwitch(first: Api, settings: Settings): DocumentSwitch {
  let playing = first;
  const api: DocumentSwitch['api'] = {
    get document() {
      return playing.document;
    },
    get operations() {
      return playing.operations;
    },
    get envelope() {
      return playing.envelope;
    },
    get errors() {
      return playing.errors;
    },
  };
  const state = createMockState(api, settings);
  let pipeline = createPipeline(first, settings, { state });
  let lastAsked = 0;
  let lastTaken = 0;

  return {
    ...state,
    api,
    playing: () => playing,
    answer: (request) => pipeline.answer(request),
    prepare: () => pipeline.prepare().catch(refuseDocument),
    async useDocument(description) {
      lastAsked += 1;
      const version = lastAsked;
      const next = toApi(description, settings.userIdPattern, settings.rules);
      const built = await buildPipeline(() => createPipeline(next, settings, { state }));
      // A later call may have been ready first.
      if (version < lastTaken) return;
      lastTaken = version;
      playing = next;
      pipeline = built;
    },
  };
}

async function buildPipeline(create: () => Pipeline): Promise<Pipeline> {
  try {
    const pipeline = create();
    await pipeline.prepare();
    return pipeline;
  } catch (error) {
    return refuseDocument(error);
  }
}

function refuseDocument(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The document cannot be played: ${reason.replace(/\.$/, '')}. Compare its structure with OpenAPI 3.1.`;
  throw new MockError(message, { code: 'INVALID_DOCUMENT', cause });
}
