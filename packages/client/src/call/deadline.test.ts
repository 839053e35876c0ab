import { describe, expect, it, vi } from 'vitest';
import { makeCall } from '../../test/support/make-call.js';
import { failureOf } from '../../test/support/make-client.js';
import type { CallOptions } from '../index.js';
import { attemptError } from '../response/attempt-error.js';
import { startDeadline } from './deadline.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

function start(options: CallOptions = {}) {
  let now = 5_000;
  const call = makeCall(options);
  const deadline = startDeadline(call, () => now);
  return {
    call,
    deadline,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a call', () => {
  it('has the time until its deadline', () => {
    const { deadline, pass } = start({ deadlineMs: 1_000 });
    pass(400);
    expect(deadline.leftMs()).toBe(600);
    deadline.check();
    pass(600);
    expect(() => deadline.check()).toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }));
  });

  it('that is over in time names the limit, the attempts and what the last one came to', () => {
    const { call, deadline } = start({ deadlineMs: 1_000 });
    call.attempts = 3;
    deadline.failure = attemptError(new Error('x'), call, 'http://localhost:1', (text) => text);
    const failure = deadline.error();
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true, attempts: 3 });
    expect(failure).toMatchObject({ cause: { code: 'NETWORK', attempts: 3 } });
    expect(failure.message).toContain('1000 ms');
  });

  it('does not start with a signal that is aborted', () => {
    const signal = AbortSignal.abort('gone');
    expect(() => start({ signal })).toThrow(expect.objectContaining({ code: 'ABORTED', cause: 'gone' }));
  });

  it('ends at its next step when it was aborted in between', () => {
    const controller = new AbortController();
    const { deadline } = start({ signal: controller.signal });
    controller.abort('gone');
    expect(() => deadline.check()).toThrow(expect.objectContaining({ code: 'ABORTED', cause: 'gone' }));
  });

  it('tells those who listen, and no one who has stopped', () => {
    const controller = new AbortController();
    const { deadline } = start({ signal: controller.signal });
    const [listening, stopped] = [vi.fn(), vi.fn()];
    deadline.onAbort(listening);
    deadline.onAbort(stopped)();
    controller.abort();
    expect(listening).toHaveBeenCalledOnce();
    expect(stopped).not.toHaveBeenCalled();
  });

  it('that is released hears nothing any more', () => {
    const controller = new AbortController();
    const { deadline } = start({ signal: controller.signal });
    const listening = vi.fn();
    deadline.onAbort(listening);
    deadline.release();
    controller.abort();
    expect(listening).not.toHaveBeenCalled();
  });
});

describe('a wait', () => {
  it('lasts as long as it should', async () => {
    vi.useFakeTimers();
    const { deadline } = start();
    let isOver = false;
    const sleeping = deadline.sleep(200).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(199);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
    vi.useRealTimers();
  });

  it('ends with its signal, its timer gone', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const { deadline } = start({ signal: controller.signal });
    const failing = failureOf(deadline.sleep(60_000));
    controller.abort();
    expect((await failing).code).toBe('ABORTED');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('does not begin after its signal was aborted', async () => {
    const controller = new AbortController();
    const { deadline } = start({ signal: controller.signal });
    controller.abort();
    expect((await failureOf(deadline.sleep(60_000))).code).toBe('ABORTED');
  });

  it('starts nothing after its signal was aborted', async () => {
    const controller = new AbortController();
    const { deadline } = start({ signal: controller.signal });
    controller.abort('gone');
    const begin = vi.fn(() => () => undefined);
    expect(await failureOf(deadline.run(begin))).toMatchObject({ code: 'ABORTED', cause: 'gone' });
    expect(begin).not.toHaveBeenCalled();
  });
});
