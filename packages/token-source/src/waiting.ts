import type { Environment } from './environment.js';
import { untilAborted } from './until-aborted.js';

/** Waits that long, or until the device is online again. */
export function wait(
  ms: number,
  signal: AbortSignal,
  { after, events }: Pick<Environment, 'after' | 'events'>,
): Promise<void> {
  let stop = (): void => {};
  const over = new Promise<void>((resolve) => {
    const cancel = after(ms, resolve);
    const wake = (): void => resolve();
    events?.addEventListener('online', wake);
    stop = () => {
      cancel();
      events?.removeEventListener('online', wake);
    };
  });
  return untilAborted(over, signal).finally(() => stop());
}
