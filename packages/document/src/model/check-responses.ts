import { appendPointer } from '../json/json-pointer.js';
import { asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { ProblemReporter } from './types.js';

/** How many bytes the headers of an answer may take together: clients read 16 kB of them, with those that a server adds. */
const largestHeaders = 15_000;

/** Reports what no server can send of the answers of an operation, where it stands and how to write it. */
export function checkResponses(
  bundle: JsonObject,
  responses: JsonObject,
  pointer: string,
  report: ProblemReporter,
): void {
  for (const [status, node] of Object.entries(responses)) {
    const place = appendPointer(pointer, status);
    if (status.startsWith('x-')) continue;
    if (!/^([1-5](\d\d|XX)|default)$/.test(status)) {
      report(
        place,
        `${quote(status)} is no status of an answer.`,
        'Write one such as "200", a range such as "4XX", or default.',
      );
    }
    const { headers, content } = asObject(dereference(bundle, node));
    checkHeaders(bundle, asObject(headers), appendPointer(place, 'headers'), report);
    for (const [mediaType, media] of Object.entries(asObject(content))) {
      const here = appendPointer(place, 'content', mediaType);
      if (!isMediaType(mediaType)) {
        report(here, `${quote(mediaType)} is no media type.`, 'Write one such as application/json.');
      }
      checkExamples(bundle, asObject(asObject(dereference(bundle, media)).examples), here, report);
    }
    checkHeaderBytes(bundle, asObject(headers), Object.keys(asObject(content)), place, report);
  }
}

function checkHeaders(bundle: JsonObject, headers: JsonObject, pointer: string, report: ProblemReporter): void {
  for (const [name, node] of Object.entries(headers)) {
    const place = appendPointer(pointer, name);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
      report(place, `${quote(name)} is no name of a header.`, 'Use letters, digits and -, as in Retry-After.');
    }
    const example = exampleOf(bundle, asObject(dereference(bundle, node)));
    const wrong = textsOf(example).find((text) => !isHeaderText(text));
    if (wrong !== undefined) {
      const message = `No header can hold the example of ${name}, ${quote(wrong)}: ${flawOf(wrong)}.`;
      report(place, message, 'Write an example on one line, of characters up to ÿ; others percent-encoded.');
    }
    if (name.toLowerCase() === 'set-cookie' && typeof example === 'object') {
      report(
        place,
        'The example of Set-Cookie is no text, and cookies are not joined.',
        'Write one, such as "a=1; Path=/".',
      );
    }
  }
}

function checkHeaderBytes(
  bundle: JsonObject,
  headers: JsonObject,
  mediaTypes: readonly string[],
  pointer: string,
  report: ProblemReporter,
): void {
  const longestType = Math.max(0, ...mediaTypes.map((mediaType) => mediaType.length));
  const sizes = Object.entries(headers).map(([name, node]): [name: string, bytes: number] => {
    const example = exampleOf(bundle, asObject(dereference(bundle, node))) ?? '';
    const text = typeof example === 'string' ? example : JSON.stringify(example);
    return [name, `${name}: ${text}\r\n`.length];
  });
  sizes.push(['Content-Type', longestType]);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (total <= largestHeaders) return;
  const [longest] = sizes.reduce((most, next) => (next[1] > most[1] ? next : most));
  const message = `The headers of this answer take ${total} bytes together; a client may read ${largestHeaders} at most.`;
  report(pointer, message, `Shorten ${quote(longest)}, the longest of them.`);
}

function checkExamples(bundle: JsonObject, examples: JsonObject, pointer: string, report: ProblemReporter): void {
  for (const [name, example] of Object.entries(examples)) {
    if (isObject(dereference(bundle, example))) continue;
    const place = appendPointer(pointer, 'examples', name);
    report(place, `The example ${quote(name)} is no object.`, 'Write its value below value: { value: … }.');
  }
}

/** Returns the example that is sent: its own, or the first of several. */
function exampleOf(bundle: JsonObject, { example, examples }: JsonObject): Json | undefined {
  return example ?? asObject(dereference(bundle, Object.values(asObject(examples))[0])).value;
}

function textsOf(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsOf(member)]);
}

/** What HTTP and Node let through: no control character but a tab, and nothing beyond Latin-1. */
function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

function flawOf(text: string): string {
  if (/[\r\n]/.test(text)) return 'it has a line break';
  return [...text].some((character) => character > '\xff')
    ? 'it has a character beyond Latin-1'
    : 'it has a control character';
}

function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(\s*;[\t\x20-\x7e]*)?$/.test(text);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
