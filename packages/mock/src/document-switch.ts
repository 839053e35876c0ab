import type { ApiDescription } from '@nexconn-kit/contract';
import type { Api } from './document/api.js';
import { toApi } from './document/api.js';
import { MockError } from './errors.js';
import { createMockState } from './mock-state.js';
import { createPipeline, type Pipeline } from './pipeline/pipeline.js';
import type { Settings } from './settings.js';

/** A pipeline whose document can be replaced while it answers. */
export interface DocumentSwitch extends Pipeline {
  /** The envelope and errors of the document that is played at the time. */
  readonly api: Pick<Api, 'envelope' | 'errors'>;
  /**
   * Switches to another document for every later request; those under way end as they began, and the state stays.
   *
   * @throws {MockError} `INVALID_DOCUMENT`, `INVALID_OPTION`; the document before stays then
   */
  readonly useDocument: (description: ApiDescription) => Promise<void>;
}

/** Creates the pipeline for a first document. @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
export function createDocumentSwitch(first: Api, settings: Settings): DocumentSwitch {
  let playing = first;
  const api: DocumentSwitch['api'] = {
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
    answer: (request) => pipeline.answer(request),
    prepare: () => pipeline.prepare().catch(refuseDocument),
    async useDocument(description) {
      lastAsked += 1;
      const version = lastAsked;
      const next = toApi(description, settings.userIdPattern);
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
  const message = `The document cannot be played: ${reason}. Compare its structure with OpenAPI 3.1.`;
  throw new MockError(message, { code: 'INVALID_DOCUMENT', cause });
}
