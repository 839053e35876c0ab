export { referencePagePath } from './reference-page-path.js';
