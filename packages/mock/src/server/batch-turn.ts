/**
 * Makes a function that takes items and hands over those of one turn of the event loop together, at its end.
 *
 * Where an item is a write, the one who reads it is then woken up once instead of once for each.
 */
export function batchTurn<T>(handle: (items: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  function flush(): void {
    const items = waiting;
    waiting = [];
    handle(items);
  }
  return function takeItem(item) {
    if (waiting.push(item) === 1) setImmediate(flush);
  };
}
