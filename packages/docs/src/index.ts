import { fileURLToPath } from 'node:url';

/**
 * Absolute path of the API reference page: one HTML file that makes no request to another host.
 * `openapi.json` and `openapi.yaml` lie in the same folder.
 */
// '../dist' is right from `src` and from `dist`, so the path is the same inside and outside the repository.
export const referencePagePath: string = fileURLToPath(new URL('../dist/index.html', import.meta.url));
