export { type Alternatives, anyOf, oneOf } from './alternatives.js';
export { type Check, type CheckError, type Explain, passes, quiet, type Report } from './check.js';
export {
  createStandardSchema,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from './create-standard-schema.js';
export { createValidator } from './create-validator.js';
export { formats } from './formats.js';
export { type Sentences, sentences } from './issue-message.js';
export { areDistinct, has, isMultipleOf, isObject, isOneOf, keyPath } from './rules.js';
export { byteLength, characterLength } from './text-length.js';
