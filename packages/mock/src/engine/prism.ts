/** What is used of Prism. The build puts it into the package, so that its dependencies are none of ours. */
export { createLogger } from '@stoplight/prism-core';
export { createInstance, getHttpOperationsFromSpec } from '@stoplight/prism-http';
