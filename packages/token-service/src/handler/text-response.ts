/** The texts of responses: to read one out of its stream takes as long as all else that a listener does with it. */
const texts = new WeakMap<Response, string>();

/** Returns a response with this body, which `textOf` knows. */
export function createTextResponse(text: string, init: ResponseInit): Response {
  const response = new Response(text, init);
  texts.set(response, text);
  return response;
}

/** Returns the body of a response that `createTextResponse` made; undefined of any other, and of one that was read. */
export function textOf(response: Response): string | undefined {
  return response.bodyUsed ? undefined : texts.get(response);
}
