import { checkSetting } from './check-setting.js';
import type { ClockMove } from './types.js';

/** A clock that runs with another one, apart from it by an amount that can be moved. */
export interface Clock {
  readonly now: () => number;
  /** @throws {MockError} INVALID_OPTION */
  readonly move: (move: ClockMove) => void;
}

export function createClock(base: () => number): Clock {
  let offsetMs = 0;
  return {
    now: () => base() + offsetMs,
    move(move) {
      const ms = 'byMs' in move ? move.byMs : 'toMs' in move ? move.toMs : 0;
      checkSetting('byMs' in move ? 'byMs' : 'toMs', Number.isFinite(ms), 'milliseconds');
      if ('byMs' in move) offsetMs += ms;
      else offsetMs = 'toMs' in move ? ms - base() : 0;
    },
  };
}
