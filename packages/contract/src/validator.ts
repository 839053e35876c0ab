export { type Check, createValidator, type LimitTables } from './internal/create-validator.js';
export { type Sentences, sentences } from './internal/issue-message.js';
