import type { ChildProcess } from 'node:child_process';
import type { MockConsole } from '@nexconn-kit/mock';
import { stopProcess } from '../support/kill-at-exit.js';
import { forkScript } from '../support/start-script.js';
import { callConsole } from './call-console.js';

/** How much memory a process takes after a garbage collection, in megabytes. */
export interface Memory {
  readonly heap: number;
  readonly rss: number;
}

/** What the process of the mock tells its parent. */
export type FromMockProcess =
  | { readonly kind: 'ready'; readonly url: string; readonly appKey: string; readonly appSecret: string }
  | ({ readonly kind: 'memory' } & Memory)
  | { readonly kind: 'rejection'; readonly reason: string };

/** A mock in a process of its own, so that its memory is not that of its callers. */
export interface MockProcess extends AsyncDisposable {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly console: MockConsole;
  readonly measureMemory: () => Promise<Memory>;
}

/** Starts a mock from its sources; `onFailure` is told of rejections that nobody handles, and of an end too soon. */
export async function startMockProcess(onFailure: (what: string) => void): Promise<MockProcess> {
  const child = await forkScript(new URL('serve-mock.ts', import.meta.url));
  const tellOfEnd = (code: number | null): void => onFailure(`The mock's process ended with ${code}.`);
  child.on('exit', tellOfEnd);
  child.on('message', (message: FromMockProcess) => {
    if (message.kind === 'rejection') onFailure(`An unhandled rejection in the mock: ${message.reason}`);
  });
  const { url, appKey, appSecret } = await nextMessage(child, 'ready');
  return {
    url,
    appKey,
    appSecret,
    console: callConsole(url),
    measureMemory: async () => {
      const answered = nextMessage(child, 'memory');
      child.send('measure');
      const { heap, rss } = await answered;
      return { heap, rss };
    },
    [Symbol.asyncDispose]: async () => {
      child.off('exit', tellOfEnd);
      await stopProcess(child);
    },
  };
}

function nextMessage<Kind extends FromMockProcess['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<FromMockProcess, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      child.off('message', take).off('exit', fail);
    };
    const take = (message: FromMockProcess): void => {
      if (message.kind !== kind) return;
      end();
      resolve(message as Extract<FromMockProcess, { kind: Kind }>);
    };
    const fail = (): void => {
      end();
      reject(new Error(`The mock's process ended before it was ${kind}.`));
    };
    child.on('message', take).on('exit', fail);
  });
}
