import { explainMismatch, mistakesInWords, type SigningMistake } from '@nexconn-kit/signing/webcrypto';

/** What there is to say of a signature that was pasted. */
export interface Judgement {
  readonly ok: boolean;
  /** One sentence. */
  readonly message: string;
  readonly advice?: string;
}

/** What a signature is made from, and the right one. */
export interface Signed {
  readonly appKey: string;
  readonly appSecret: string;
  readonly nonce: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Says whether a signature is right, or which mistake leads to it. */
export async function judgeSignature(signed: Signed, pasted: string): Promise<Judgement> {
  const { appKey, appSecret, nonce, timestamp, signature } = signed;
  const given = pasted.trim().replace(/^(rc-)?signature\s*:\s*/i, '');
  const headers = { 'App-Key': appKey, Nonce: nonce, Timestamp: timestamp, Signature: given };
  const cause = given.includes(',') ? undefined : await explainMismatch(headers, { appKey, appSecret });
  if (cause !== undefined) return explained(cause.split('+') as SigningMistake[]);
  if (given === signature) return { ok: true, message: 'This is the right signature.' };
  if (given.length !== signature.length) {
    return {
      ok: false,
      message: `This has ${given.length} characters, and a signature has ${signature.length}.`,
      advice: 'It was cut when it was copied, or is no SHA-1 hash in hexadecimal digits.',
    };
  }
  return {
    ok: false,
    message: 'This is wrong, and no common mistake leads to it.',
    advice: 'Another secret, nonce or timestamp was probably signed than those above.',
  };
}

function explained(mistakes: readonly SigningMistake[]): Judgement {
  const known = mistakes.map((mistake) => mistakesInWords[mistake]);
  return {
    ok: false,
    message: `This is wrong: ${known.map(({ what }) => what).join(', and ')} (${mistakes.join(' + ')}).`,
    advice: [...new Set(known.map(({ advice }) => advice))].join(' '),
  };
}
