export { type FormPartOptions, formPart } from './form-part.js';
export { readBytes, readEvents, readLines, readOthers, readText } from './read-answer.js';
export { writeBytes, writeForm, writeLines, writeMultipart, writeWholeQuery } from './write-body.js';
export { writeParameters } from './write-parameters.js';
