import { attachConsole } from './console/routes.js';
import type { MockConsole } from './console/types.js';
import { toApi } from './document/api.js';
import { createDocumentSwitch, type DocumentSwitch } from './document-switch.js';
import type { MockAnswer, MockRequest } from './http/types.js';
import { createEarlyRecord, type EarlyAnswer } from './pipeline/record.js';
import { mockNames, resolveOptions, startMockNames } from './resolve-options.js';
import { withCors } from './server/cors.js';
import type { MockOptions } from './types.js';

/** What a mock consists of, with a port or without one. */
interface MockParts extends Pick<DocumentSwitch, 'api' | 'prepare' | 'useDocument'> {
  readonly answer: (request: MockRequest) => Promise<MockAnswer>;
  readonly console: MockConsole;
  /** Records what was answered before it came to the pipeline. */
  readonly record: (answer: EarlyAnswer) => void;
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
  const pipeline = createDocumentSwitch(toApi(options.document, settings.userIdPattern), settings);
  const record = createEarlyRecord(pipeline, settings);
  const { api, prepare, useDocument } = pipeline;
  return {
    ...attachConsole(pipeline, withCors(pipeline.answer, settings, record), host),
    api,
    prepare,
    useDocument,
    record,
    withCredentials: (mock) => addCredentials(settings, mock),
  };
}

/** The secret does not show when the mock is printed or turned into JSON. */
function addCredentials<T extends object>({ appKey, appSecret }: Credentials, mock: T): T & Credentials {
  return Object.freeze(Object.defineProperty({ ...mock, appKey, appSecret }, 'appSecret', { enumerable: false }));
}
