/** What is not to be shown, beside what its name tells. */
export interface Confidential {
  /** Every App Secret that the mock knows. */
  readonly secrets: readonly string[];
  /** Whether the mock has issued this token. */
  readonly isToken: (text: string) => boolean;
}

/** Masks in what came from outside or goes there. Needs no `this`. */
export interface Redaction {
  /** Masks a body, or any other text. */
  readonly text: (text: string) => string;
  /** Masks the value of a header or a parameter of the query. */
  readonly value: (name: string, value: string) => string;
}

const secretMask = '[App Secret masked]';
const tokenMask = '[token masked]';
const signatureMask = '[signature masked]';
const otherMask = '[masked]';

/** Names of fields, headers and parameters whose values nobody else should see. */
const confidentialName = /token|secret|signature|password|passwd|cookie|credential|api-?key|^(proxy-)?authorization$/i;

/** A field of a JSON text with its value, whole or broken off. */
const jsonField = /"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)("?)/g;

/** A field of a form or a query with its value. */
const formField = /(^|[?&\s])([\w.-]+)=([^&\s"]+)/g;

/** What may be a token: as long as the mock's are at least, in the characters that they have. */
const longWord = /[\w+/=@;.~%-]{16,}/g;

/** Creates the masks of these secrets and tokens. */
export function createRedaction({ secrets, isToken }: Confidential): Redaction {
  // The longest first, since one may be a part of another.
  const written = [...new Set(secrets.flatMap(writtenForms))].sort((a, b) => b.length - a.length);

  function text(given: string): string {
    const named = given
      .replace(jsonField, (whole, name: string, colon: string, value: string, end: string) =>
        confidentialName.test(name) && value !== '' ? `"${name}"${colon}"${maskFor(name)}${end}` : whole,
      )
      .replace(formField, (whole, before: string, name: string) =>
        confidentialName.test(name) ? `${before}${name}=${maskFor(name)}` : whole,
      );
    const known = written.reduce((masked, secret) => masked.replaceAll(secret, secretMask), named);
    return known.replace(longWord, (word) => maskTokens(word, isToken));
  }

  return {
    text,
    value: (name, value) => (confidentialName.test(name) ? maskFor(name) : text(value)),
  };
}

/** How many places of a word a token may begin or end at: trying each pair of more takes too long. */
const maxPlaces = 64;

/** Masks what is a token in a word, whose characters may stand around it too, as in a path or at the end of a sentence. */
function maskTokens(word: string, isToken: Confidential['isToken']): string {
  const places = [
    0,
    ...[...word.matchAll(/[/=@;.~-]+/g)].flatMap(({ 0: mark, index }) => [index, index + mark.length]),
  ];
  places.splice(maxPlaces);
  places.push(word.length);
  for (const start of places) {
    for (const end of [...places].reverse()) {
      if (end - start < 16) break;
      const part = word.slice(start, end);
      if (isToken(part) || (part.includes('%') && isToken(decoded(part)))) {
        return `${word.slice(0, start)}${tokenMask}${maskTokens(word.slice(end), isToken)}`;
      }
    }
  }
  return word;
}

function maskFor(name: string): string {
  if (/token/i.test(name)) return tokenMask;
  if (/secret/i.test(name)) return secretMask;
  return /signature/i.test(name) ? signatureMask : otherMask;
}

/** A secret as it may stand in a text: plain, in a URL, in JSON. */
function writtenForms(secret: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)].filter((form) => form !== '');
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
