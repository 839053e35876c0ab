import { shorten } from '../http/shorten.js';
import type { Settings } from '../http/types.js';
import type { MockState } from '../mock-state.js';

/** What was answered before it came to the pipeline, as far as it is known. */
export interface EarlyAnswer {
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  readonly status: number;
  /** The business code. */
  readonly code?: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/** Makes the function that writes such a request into the journal and the log; it keeps no header. */
export function createEarlyRecord(
  { journal, service }: Pick<MockState, 'journal' | 'service'>,
  { log }: Pick<Settings, 'log'>,
): (answer: EarlyAnswer) => void {
  return function recordEarly({ method, path, status, code, reason }) {
    journal.add({
      at: service.now(),
      method: method && shorten(method),
      path: path && shorten(path),
      status,
      code,
      reason: reason && shorten(reason, 1000),
      durationMs: 0,
    });
    const facts = [method ?? '-', path ?? '-', status, code, reason].filter((fact) => fact !== undefined);
    log?.(shorten(facts.join(' '), 1000));
  };
}
