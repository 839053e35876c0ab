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
