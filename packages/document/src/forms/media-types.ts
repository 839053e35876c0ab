import type { JsonObject } from '../json/types.js';

/**
 * Whether a schema stands for bytes: `format: binary`, or, as OpenAPI has it since 3.1, the media type of its content, unless an
 * encoding makes a text of that.
 */
export function isBinary({ format, contentMediaType: type, contentEncoding: encoding }: JsonObject): boolean {
  if (format === 'binary') return true;
  return typeof type === 'string' && encoding === undefined && !textTypes.test(type);
}

/** Media types whose content is characters. */
const textTypes = /^text\/|[/+](json|xml|yaml|csv|javascript|graphql|sql|jwt|x-www-form-urlencoded)\s*(;|$)/i;

/** Whether a media type is JSON. */
export function isJsonType(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(mediaType);
}

/** Whether a media type is a sequence of JSON values, each on a line of its own. */
export function isLinesType(mediaType: string): boolean {
  return /^application\/(jsonl|jsonlines|x-jsonlines|ndjson|x-ndjson|(.+\+)?json-seq)\s*(;|$)/i.test(mediaType);
}

/** Whether a media type is a stream of events, as the HTML standard has it. */
export function isEventsType(mediaType: string): boolean {
  return /^text\/event-stream\s*(;|$)/i.test(mediaType);
}

/** Whether a media type is a body in parts, with names or without. */
export function isPartsType(mediaType: string): boolean {
  return /^multipart\//i.test(mediaType);
}

/** Whether a media type is a form of named fields. */
export function isFormType(mediaType: string): boolean {
  return /^(multipart\/form-data|application\/x-www-form-urlencoded)\s*(;|$)/i.test(mediaType);
}
