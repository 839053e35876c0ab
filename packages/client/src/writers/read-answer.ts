import type { ReadAnswer } from '../table-types.js';

/** Returns an answer as text. */
export const readText: ReadAnswer = ({ bytes }) => [new TextDecoder().decode(bytes)];

/** Returns an answer as bytes. */
export const readBytes: ReadAnswer = ({ bytes }) => [bytes ?? new Uint8Array()];

/** Returns the body of an answer of success whose status is not that of the documented result, as it is. */
export const readOthers: ReadAnswer = ({ status }, body, { successStatus }) =>
  status === successStatus ? undefined : [body];
