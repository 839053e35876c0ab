import type { ReadAnswer } from '../table-types.js';

/** Returns an answer as text. */
export const readText: ReadAnswer = ({ bytes }) => [new TextDecoder().decode(bytes)];

/** Returns an answer as bytes. */
export const readBytes: ReadAnswer = ({ bytes }) => [bytes ?? new Uint8Array()];

/** Returns the body of an answer of success whose status is not that of the documented result, as it is. */
export const readOthers: ReadAnswer = (answer, body, operation) => (isOther(answer, operation) ? [body] : undefined);

/** Whether an answer of success has another status than the result that the document describes. */
function isOther({ status }: Parameters<ReadAnswer>[0], { successStatus }: Parameters<ReadAnswer>[2]): boolean {
  return successStatus !== undefined && status !== successStatus;
}

/** Returns the values of an answer that has JSON on each of its lines, or behind each sign of a sequence. */
export const readLines: ReadAnswer = (answer, body, operation) => {
  const isDescribed = !isOther(answer, operation);
  if (!isDescribed && body !== undefined) return [body];
  const text = new TextDecoder().decode(answer.bytes);
  // A value of a sequence may have several lines (RFC 7464); a value of JSON has that sign nowhere.
  const values = text.split(text.includes('\x1e') ? '\x1e' : '\n');
  try {
    return [values.filter((value) => value.trim() !== '').map((value) => JSON.parse(value)), isDescribed];
  } catch {
    return 'a body that is no list of JSON values';
  }
};

/**
 * Returns the events of an answer with `text/event-stream`, as the HTML standard has them read: one that breaks off is none.
 * An answer of another type is none of events, though it may read as no events at all.
 */
export const readEvents: ReadAnswer = (answer, body, operation) => {
  const { bytes, headers = {} } = answer;
  const isDescribed = !isOther(answer, operation);
  if (!isDescribed && body !== undefined) return [body];
  if (!/^text\/event-stream\b/i.test(`${headers['content-type'] ?? 'text/event-stream'}`))
    return 'a body that is no stream of events';
  const events: object[] = [];
  let event = new Map<string, unknown>();
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, -1)) {
    if (line !== '') readField(line, event);
    else {
      if (event.has('data')) events.push(Object.fromEntries(event));
      event = new Map();
    }
  }
  return [events, isDescribed];
};

function readField(line: string, event: Map<string, unknown>): void {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'data') event.set(name, event.has(name) ? `${event.get(name)}\n${value}` : value);
  else if (name === 'event' || (name === 'id' && !value.includes('\0'))) event.set(name, value);
  else if (name === 'retry' && /^\d+$/.test(value)) event.set(name, Number(value));
}
