import type { ReadAnswer } from '../table-types.js';

/** Returns an answer as text. */
export const readText: ReadAnswer = ({ bytes }) => [new TextDecoder().decode(bytes)];

/** Returns an answer as bytes. */
export const readBytes: ReadAnswer = ({ bytes }) => [bytes ?? new Uint8Array()];

/** Returns the body of an answer of success whose status is not that of the documented result, as it is. */
export const readOthers: ReadAnswer = ({ status }, body, { successStatus }) =>
  status === successStatus ? undefined : [body];

/** Returns the values of an answer that has JSON on each of its lines; undefined where one of them is none. */
export const readLines: ReadAnswer = ({ bytes }) => {
  // What stands before a value in a JSON text sequence is a separator, too.
  const lines = new TextDecoder().decode(bytes).replaceAll('\x1e', '\n').split('\n');
  try {
    return [lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line))];
  } catch {
    return undefined;
  }
};

/** Returns the events of an answer with `text/event-stream`, as the HTML standard has them read. */
export const readEvents: ReadAnswer = ({ bytes }) => {
  const blocks = new TextDecoder().decode(bytes).split(/\r\n\r\n|\n\n|\r\r/);
  return [blocks.map(toEvent).filter((event) => 'data' in event)];
};

function toEvent(block: string): Readonly<Record<string, unknown>> {
  const event = new Map<string, unknown>();
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') event.set(name, event.has(name) ? `${event.get(name)}\n${value}` : value);
    else if (name === 'event' || name === 'id') event.set(name, value);
    else if (name === 'retry' && /^\d+$/.test(value)) event.set(name, Number(value));
  }
  return Object.fromEntries(event);
}
