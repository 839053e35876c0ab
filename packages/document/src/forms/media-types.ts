/** Whether a media type is JSON. */
export function isJsonType(contentType: string): boolean {
  return /^application\/(.+\+)?json(;|$)/i.test(contentType);
}

/** Whether a media type is a sequence of JSON values, each on a line of its own. */
export function isLinesType(contentType: string): boolean {
  return /^application\/(jsonl|jsonlines|x-jsonlines|ndjson|x-ndjson|(.+\+)?json-seq)\s*(;|$)/i.test(contentType);
}

/** Whether a media type is a form of named fields. */
export function isFormType(contentType: string): boolean {
  return /^(multipart\/form-data|application\/x-www-form-urlencoded)(;|$)/i.test(contentType);
}
