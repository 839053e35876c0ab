/** Whether a media type is a sequence of JSON values, each on a line of its own. */
export function isLinesType(mediaType: string): boolean {
  return /^application\/(jsonl|jsonlines|x-jsonlines|ndjson|x-ndjson|(.+\+)?json-seq)\s*(;|$)/i.test(mediaType);
}

/** RFC 7464, in which a sign stands before each value. */
function isSequence(mediaType: string): boolean {
  return /^application\/(.+\+)?json-seq\s*(;|$)/i.test(mediaType);
}

/** Returns the values of a body with JSON on its lines, or behind each sign of a sequence; undefined where one of them is none. */
export function readLines(text: string): unknown[] | undefined {
  // A value of a sequence may have several lines; a value of JSON has that sign nowhere.
  const values = text.split(text.includes('\x1e') ? '\x1e' : '\n');
  try {
    return values.filter((value) => value.trim() !== '').map((value): unknown => JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** Returns a list, or its only item, as a stream of that media type; undefined where it is none of streams. */
export function toStreamText(body: object, mediaType: string): string | undefined {
  const items: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (/^text\/event-stream\s*(;|$)/i.test(mediaType)) return items.map(toEventText).join('');
  const start = isSequence(mediaType) ? '\x1e' : '';
  return isLinesType(mediaType) ? items.map((item) => `${start}${JSON.stringify(item)}\n`).join('') : undefined;
}

const eventFields = ['event', 'id', 'retry', 'data'];

/** Returns an event by its fields; what has others is the data of one. */
function toEventText(item: unknown): string {
  const isEvent =
    typeof item === 'object' && item !== null && Object.keys(item).every((key) => eventFields.includes(key));
  const event: object = isEvent ? item : { data: item };
  const lines = eventFields.flatMap((name) => {
    const value: unknown = Reflect.get(event, name);
    if (value === undefined) return [];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.split(/\r\n|\r|\n/).map((line) => `${name}: ${line}\n`);
  });
  return `${lines.join('')}\n`;
}
