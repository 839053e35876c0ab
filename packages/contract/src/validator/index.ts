export { byteLength, type Check, createValidator, type LimitTables } from './create-validator.js';
export { type Sentences, sentences } from './issue-message.js';
