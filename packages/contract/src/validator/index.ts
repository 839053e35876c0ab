export {
  createStandardSchema,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from './create-standard-schema.js';
export { type Check, type CheckError, type CheckErrorParams, createValidator } from './create-validator.js';
export { equal } from './equal.js';
export { formats } from './formats.js';
export { type Sentences, sentences } from './issue-message.js';
export { byteLength, characterLength } from './text-length.js';
