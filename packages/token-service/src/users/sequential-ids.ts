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
  const [last, next] = [numberOf(before), numberOf(userId)];
  return next.head === last.head && Number(next.tail) === Number(last.tail) + 1;
}

/** Returns the digits at the end of an ID, and what stands before them; nothing where it ends in none. */
function numberOf(userId: string | undefined): { readonly head?: string; readonly tail?: string } {
  return /(?<head>.*?)(?<tail>\d{1,15})$/s.exec(`${userId}`)?.groups ?? {};
}
