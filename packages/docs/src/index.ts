import { fileURLToPath } from 'node:url';

/**
 * Absolute path of the folder of the documentation site: static files for any server, which make no request to another host.
 * `index.html` is its first page, and `404.html` the one for an address that is not there.
 */
// '../dist' is right from `src` and from `dist`, so the path is the same inside and outside the repository.
export const siteFolder: string = fileURLToPath(new URL('../dist/site', import.meta.url));

/**
 * Absolute path of the API reference page, which is one HTML file of that site.
 * `openapi.json` and `openapi.yaml` lie in the same folder.
 */
export const referencePagePath: string = fileURLToPath(new URL('../dist/site/api/index.html', import.meta.url));
