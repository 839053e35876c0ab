/** The most letters that a slip of the fingers changes. */
const mostEdits = 2;

/** Returns the flag, or the name, that a mistyped one stands for: `--user-id` for `--userId`, `--user_id`, `--user` and `--usre-id`. */
export function nearestFlag(mistyped: string, flags: readonly string[]): string | undefined {
  const [typed = ''] = mistyped.split('=');
  const letters = squash(typed);
  if (letters === '') return undefined;
  const only = (candidates: readonly string[]) => (candidates.length === 1 ? candidates[0] : undefined);
  return (
    only(flags.filter((flag) => squash(flag) === letters)) ??
    nearest(letters, flags) ??
    only(flags.filter((flag) => flag.startsWith(`${typed}-`))) ??
    only(flags.filter((flag) => letters.length > 1 && squash(flag).endsWith(letters)))
  );
}

function nearest(letters: string, flags: readonly string[]): string | undefined {
  const ranked = flags
    .map((flag) => ({ flag, edits: editsBetween(letters, squash(flag)) }))
    // Where half of the letters differ, another word was meant.
    .filter(({ flag, edits }) => edits <= mostEdits && edits * 2 < squash(flag).length)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.flag;
}

function squash(flag: string): string {
  return flag.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The distance of Damerau and Levenshtein, by which two letters that changed places are one edit. */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const edits = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const at = (up: number, left: number): number => (up === 0 ? edits : rows[row - up])?.[column - left] ?? 0;
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const isSame = a[row - 1] === b[column - 1];
      edits.push(
        Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (isSame ? 0 : 1), isSwapped ? at(2, 2) + 1 : Infinity),
      );
    }
    rows.push(edits);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
