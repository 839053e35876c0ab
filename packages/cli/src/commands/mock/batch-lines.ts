/** Makes a function that takes lines and writes those of one turn of the event loop at once: each write stops it. */
export function batchLines(write: (text: string) => void): (line: string) => void {
  let waiting = '';
  function flush(): void {
    const text = waiting;
    waiting = '';
    write(text);
  }
  return function takeLine(line) {
    if (waiting === '') setImmediate(flush);
    waiting += `${line}\n`;
  };
}
