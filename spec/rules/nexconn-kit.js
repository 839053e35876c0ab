import { answerHasExample } from './answer-has-example.js';
import { errorCodeIsInCatalogue } from './error-code-is-in-catalogue.js';
import { extensionsAreWellFormed } from './extensions-are-well-formed.js';
import { operationHasRateLimit } from './operation-has-rate-limit.js';
import { stringHasUpperBound } from './string-has-upper-bound.js';

/** The lint rules of this project; `redocly.yaml` switches them on. */
export default function nexconnKit() {
  return {
    id: 'nexconn-kit',
    rules: {
      oas3: {
        'answer-has-example': answerHasExample,
        'error-code-is-in-catalogue': errorCodeIsInCatalogue,
        'extensions-are-well-formed': extensionsAreWellFormed,
        'operation-has-rate-limit': operationHasRateLimit,
        'string-has-upper-bound': stringHasUpperBound,
      },
    },
  };
}
