import { malformed } from './malformed.js';

const maxBytes = 65_536;

/** Reads the body of an answer, up to 64 KiB. */
export async function readText(response: Response): Promise<string> {
  // React Native has no streams.
  if (!response.body) return bounded(await response.text());
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > maxBytes) {
      reader.cancel().catch(() => {});
      bounded(undefined);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function bounded(text: string | undefined): string {
  if (text !== undefined && text.length <= maxBytes) return text;
  throw malformed(`has more than ${maxBytes} bytes`);
}
