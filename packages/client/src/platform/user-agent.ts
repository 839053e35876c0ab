import { runtime } from '#platform';

/** Set by the build. */
declare const PACKAGE_VERSION: string | undefined;

const version = typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : 'source';

/** What each request says of its sender, such as `nexconn-kit/1.2.3 node/22.11.0`. */
export const userAgent: string = `nexconn-kit/${version} ${runtime}`.replaceAll(/[^\x20-\x7e]/g, '').trim();
