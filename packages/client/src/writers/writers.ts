export { type FormPartOptions, formPart } from './parts.js';
export { readBytes, readOthers, readText } from './read-answer.js';
export { writeBytes, writeForm, writeMultipart } from './write-body.js';
export { writeParameters } from './write-parameters.js';
