import type { OtherPage } from '../pages/navigation.js';

/** An OpenAPI document with a page of its own. */
export interface Reference extends OtherPage {
  /** Where its page and the document itself go, below the site. */
  readonly folder: string;
  /** The bundled documents. */
  readonly json: string;
  readonly yaml: string;
}

/** The references of the site, made by `redocly build-docs`. */
export const references: readonly Reference[] = [
  {
    title: 'Nexconn Server API',
    menu: 'Reference',
    order: 50,
    folder: 'api',
    url: '/api/',
    json: '@nexconn-kit/contract/openapi.json',
    yaml: '@nexconn-kit/contract/openapi.yaml',
  },
];
