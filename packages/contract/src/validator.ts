export { type Check, createValidator, type LimitTables } from './internal/create-validator.js';
