import { TokenSourceError } from '@nexconn-kit/token-source';
import { describe, expect, it } from 'vitest';
import { answerStep, eventStep, requestStep } from './source-steps.js';

const token = 'abcdefghijklmnopqrstuvwxyz';

describe('the steps of a token source', () => {
  it('name a token by its end alone', () => {
    const asked = requestStep('Ada, device 1', JSON.stringify({ rejectedToken: token }));
    const { said, validity } = answerStep(new Response(), { accessToken: token, expiresInSeconds: 90 });
    expect(asked.why).toBe('Ada, device 1 gives the refused token …xyz back.');
    expect([said.text, validity]).toEqual(['200: token …xyz, valid for 90 s', 'valid for 90 s']);
    expect(JSON.stringify([asked, said])).not.toContain(token.slice(0, 8));
  });

  it('name nothing of a token that is too short to be one', () => {
    const { said } = answerStep(new Response(), { accessToken: 'short' });
    expect(said.text).toBe('200: token …, valid until refused');
  });

  it.each([
    [0, '0 s'],
    [600, '10 min'],
    [86_400, '24 h'],
    [2_592_000, '30 days'],
  ])('say how long a token is valid: %i s is %s', (expiresInSeconds, text) => {
    expect(answerStep(new Response(), { accessToken: token, expiresInSeconds }).validity).toBe(`valid for ${text}`);
  });

  it('say when to ask again, where the app server does', () => {
    const refused = new Response('', { status: 503, headers: { 'Retry-After': '7' } });
    const { said } = answerStep(refused, { code: 'TRY_LATER', message: 'later' });
    expect([said.text, said.why]).toEqual(['503 TRY_LATER', 'To be asked again in 7 s, at the earliest.']);
    expect(answerStep(new Response('', { status: 500 }), {}).said.text).toBe('500 ');
  });

  it.each([
    [1200, 'Token source waits 1.2 s, then asks again', 'warn'],
    [undefined, 'Token source gives up', 'bad'],
  ] as const)('tell a failure with a wait of %s', (waitMs, text, tone) => {
    const error = new TokenSourceError('no', { code: 'UNAVAILABLE', serverCode: 'TRY_LATER' });
    expect(eventStep('Ada, device 1', { type: 'attempt-failed', attempt: 2, waitMs, error })).toMatchObject({
      ...{ text, tone },
      why: 'Attempt 2 of 10: UNAVAILABLE (TRY_LATER).',
    });
  });

  it('leave out what the answer says already', () => {
    expect(eventStep('Ada, device 1', { type: 'fetched', attempts: 1 })).toBeUndefined();
  });

  it('say which device forgets its token, of two that sign out at once', () => {
    expect(eventStep('Ada, device 2', { type: 'cleared' })?.why).toMatch(/^Ada, device 2: in this browser/);
  });
});
