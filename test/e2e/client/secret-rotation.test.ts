import { type AppSecret, createNexconnClient, type NexconnEvent } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { describe, expect, it } from 'vitest';
import { patient } from '../../support/patient.js';
import { until } from '../../support/until.js';
import { request } from './styles.js';

const [current, next] = ['SecretBefore1', 'SecretAfter2'];

async function startRotating(appSecret: AppSecret) {
  const mock = await startMock({ port: 0, appSecret: current });
  const attempts: number[] = [];
  let rotations = 0;
  const onEvent = (event: NexconnEvent): void => {
    if (event.type === 'call-end') attempts.push(event.attempts);
    if (event.type === 'rotation') rotations += 1;
  };
  const { appKey, url: baseUrl } = mock;
  const nexconn = createNexconnClient({ appKey, appSecret, baseUrl, onEvent, rateLimit: false, ...patient });
  const dispose = async () => {
    await nexconn.close();
    await mock.close();
  };
  return {
    mock,
    rotations: () => rotations,
    /** Resolves with the attempts of each of so many calls, made one after another. */
    async issue(calls: number): Promise<number[]> {
      for (let call = 0; call < calls; call += 1) await nexconn.issueAccessToken(request);
      return attempts.splice(0);
    },
    /** The same, all at once. */
    async issueTogether(calls: number): Promise<number[]> {
      await Promise.all(Array.from({ length: calls }, () => nexconn.issueAccessToken(request)));
      return attempts.splice(0);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

describe('a pair', () => {
  it('survives a rotation that takes effect at once, and tells when it is complete', async () => {
    await using started = await startRotating({ current, next });
    expect(await started.issue(3)).toEqual([2, 1, 1]);
    expect(started.rotations()).toBe(0);
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'at-once' });
    expect(await started.issue(3)).toEqual([2, 1, 1]);
    expect(started.rotations()).toBe(1);
  });

  it('survives a rotation that takes effect when the new secret is used', async () => {
    await using started = await startRotating({ current, next });
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'on-first-use' });
    expect(await started.issue(3)).toEqual([1, 1, 1]);
    expect(started.rotations()).toBe(1);
  });

  it('survives a rotation in the middle of many calls', async () => {
    await using started = await startRotating({ current, next });
    expect(Math.max(...(await started.issueTogether(20)))).toBe(2);
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'at-once' });
    expect(Math.max(...(await started.issueTogether(20)))).toBe(2);
    expect(await started.issueTogether(20)).toEqual(Array(20).fill(1));
    expect(started.rotations()).toBe(1);
  });
});

describe('a provider', () => {
  it('that has the new secret by then survives a rotation at once', async () => {
    let secret = current;
    let asked = 0;
    await using started = await startRotating(async () => {
      asked += 1;
      return secret;
    });
    expect(await started.issue(3)).toEqual([1, 1, 1]);
    expect(asked).toBe(1);
    secret = next;
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'at-once' });
    expect(await started.issueTogether(20)).toEqual(Array(20).fill(2));
    expect(await started.issue(1)).toEqual([1]);
    expect(asked).toBe(2);
  });

  it('of a pair survives a rotation at once, and tells when it is complete', async () => {
    await using started = await startRotating(async () => ({ current, next }));
    expect(await started.issue(2)).toEqual([2, 1]);
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'at-once' });
    expect(await started.issue(2)).toEqual([2, 1]);
    expect(started.rotations()).toBe(1);
  });

  it('of a pair survives a rotation that takes effect when the new secret is used, and tells', async () => {
    await using started = await startRotating(async () => ({ current, next }));
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'on-first-use' });
    expect(await started.issue(2)).toEqual([1, 1]);
    expect(started.rotations()).toBe(1);
  });

  it('that is late with the new secret fails calls until it has it', async () => {
    let secret = current;
    await using started = await startRotating(async () => secret);
    await started.issue(1);
    await started.mock.console.rotateSecret({ appSecret: next, takesEffect: 'at-once' });
    await expect(started.issue(1)).rejects.toMatchObject({ code: 'SIGNATURE_REJECTED', attempts: 1 });
    secret = next;
    // It is asked once a second at most.
    const attempts = await until(() => started.issue(1), { interval: 100 });
    expect(attempts.at(-1)).toBe(2);
  });
});
