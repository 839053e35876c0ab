import type { OtherPage } from '../pages/navigation.js';
import type { Leads } from './prepare-document.js';

/** An OpenAPI document with a page of its own. */
export interface Reference extends OtherPage, Leads {
  /** Where its page and the document itself go, below the site. */
  readonly folder: string;
  /** The addresses of the bundled documents. */
  readonly json: string;
  readonly yaml: string;
}

/** Returns the address of a generated document of a package; this one depends on the contract alone. */
const generated = (path: string): string => new URL(`../../../${path}`, import.meta.url).href;

/** The references of the site, made by `redocly build-docs`. */
export const references: readonly Reference[] = [
  {
    title: 'Nexconn Server API',
    menu: 'Reference',
    order: 50,
    folder: 'api',
    url: '/api/',
    json: import.meta.resolve('@nexconn-kit/contract/openapi.json'),
    yaml: import.meta.resolve('@nexconn-kit/contract/openapi.yaml'),
    guide: { title: 'Calling the API', name: 'calling-the-api' },
    errors: 'api',
  },
  {
    title: 'Token endpoint of your server',
    menu: 'Reference',
    order: 51,
    folder: 'api/token-service',
    url: '/api/token-service/',
    json: generated('token-service/src/generated/openapi.gen.json'),
    yaml: generated('token-service/src/generated/openapi.gen.yaml'),
    guide: { title: 'Tokens on the app server', name: 'tokens-on-the-app-server' },
    errors: 'token-endpoint',
  },
  {
    title: 'Console of the mock',
    menu: 'Reference',
    order: 52,
    folder: 'api/mock-console',
    url: '/api/mock-console/',
    json: generated('mock/src/generated/console/openapi.gen.json'),
    yaml: generated('mock/src/generated/console/openapi.gen.yaml'),
    guide: { title: 'What the mock answers', name: 'what-the-mock-answers' },
    errors: 'mock',
  },
];
