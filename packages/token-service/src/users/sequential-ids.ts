/** How many in a row are told of. */
const runLength = 3;

/**
 * Makes a watch over new user IDs that gives the examples, once, where they follow each other: whoever has one could
 * guess the others.
 */
export function createSequenceWatch(): (userId: string) => readonly string[] | undefined {
  let run: string[] = [];
  let isTold = false;
  return function watch(userId) {
    if (isTold) return undefined;
    run = isNext(run.at(-1), userId) ? [...run, userId] : [userId];
    if (run.length < runLength) return undefined;
    isTold = true;
    return run;
  };
}

function isNext(before: string | undefined, userId: string): boolean {
  const [, head, tail] = /^(.*?)(\d{1,15})$/s.exec(userId) ?? [];
  const [, headBefore, tailBefore] = /^(.*?)(\d{1,15})$/s.exec(before ?? '') ?? [];
  return head !== undefined && head === headBefore && Number(tail) === Number(tailBefore) + 1;
}
