/** Which part of a fleet's slots is this process's. */
export interface FleetShare {
  /** Takes the number of a slot whose time has come, and whether this process has been awake for all of it. */
  readonly note: (id: number, isCalm: boolean) => void;
  /** Nobody waits any more: the next queue may be in another company. */
  readonly rest: () => void;
  /** Gives how many slots of the fleet there are for one of this process, lately. */
  readonly slotsForOne: () => number;
}

/** Over so many slots it is averaged; over few when a queue forms, since its end is foretold at once. */
const averaged = { first: 8, most: 32 };

/** Makes the share as the numbers of this process's slots tell it: some want fewer than others. */
export function createFleetShare(): FleetShare {
  let slots = 1;
  let averagedOver = averaged.first;
  let lastId = 0;
  let wasCalm = false;

  return {
    note(id, isCalm) {
      // What others took while this process stood still is not their share, nor is anything a store that starts again.
      if (isCalm && wasCalm && id > lastId) {
        slots += (Math.min(id - lastId, 4 * slots) - slots) / averagedOver;
        averagedOver = Math.min(averagedOver + 1, averaged.most);
      }
      [lastId, wasCalm] = [id, isCalm];
    },
    rest() {
      [wasCalm, averagedOver] = [false, averaged.first];
    },
    slotsForOne: () => slots,
  };
}
