/** How many consecutive IDs are reported. */
const runLength = 3;

/**
 * Returns a watch over new user IDs, which returns examples, once, where they are consecutive: whoever has one could guess
 * the others.
 */
export function createSequenceWatch(): (userId: string) => readonly string[] | undefined {
  let run: string[] = [];
  let isReported = false;
  return function watch(userId) {
    if (isReported) return undefined;
    run = isNext(run.at(-1), userId) ? [...run, userId] : [userId];
    if (run.length < runLength) return undefined;
    isReported = true;
    return run;
  };
}

function isNext(before: string | undefined, userId: string): boolean {
  const [, head, tail] = /^(.*?)(\d{1,15})$/s.exec(userId) ?? [];
  const [, headBefore, tailBefore] = /^(.*?)(\d{1,15})$/s.exec(before ?? '') ?? [];
  return head === headBefore && Number(tail) === Number(tailBefore) + 1;
}
