import { Agent, request as sendRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** Returns what sends requests to servers of this certificate alone, which the `fetch` of a process that has started does not trust. */
export function createFetchTrusting(ca: string): (request: Request) => Promise<Response> {
  const agent = new Agent({ ca, keepAlive: true });

  return async function fetchTrusting(request) {
    const { url, method, headers, signal } = request;
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const sent = sendRequest(url, { agent, method, headers: Object.fromEntries(headers), signal }, (answer) => {
        const stream = Readable.toWeb(answer) as ReadableStream<Uint8Array>;
        const { statusCode: status = 0, headersDistinct } = answer;
        const received = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        );
        resolve(new Response(stream as BodyInit, { status, headers: received }));
      });
      sent.once('error', reject).end(body);
    });
  };
}
