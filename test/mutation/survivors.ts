/** A mutant that no test noticed. */
export interface Survivor {
  /** From the root of the repository. */
  readonly file: string;
  /** The line on which it begins, as it is in the source, without the spaces around it. */
  readonly line: string;
  /** Stryker's name of the kind of change. */
  readonly mutator: string;
  /** What stands there instead. */
  readonly replacement: string;
}

/** A survivor that no test can notice. */
export interface EquivalentMutant extends Survivor {
  /** Why it behaves as the source does. */
  readonly reason: string;
}

/** The part of Stryker's JSON report that is read. */
export interface MutationReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly mutatorName: string;
          readonly replacement?: string;
          readonly status: string;
          readonly location: { readonly start: { readonly line: number; readonly column: number } };
        }[];
      }
    >
  >;
}

/** What a run found. */
export interface MutationVerdict {
  /** How many mutants were tried. */
  readonly mutants: number;
  /** How many of them in a hundred were noticed. */
  readonly score: number;
  /** Survivors that are not named as equivalent. */
  readonly unnamed: readonly (Survivor & { readonly place: string })[];
  /** Named ones that are noticed, or no longer there. */
  readonly stale: readonly EquivalentMutant[];
}

const noticed = ['Killed', 'Timeout'];
const unnoticed = ['Survived', 'NoCoverage'];

/** Returns what a report says of the mutants, beside those that are known to be equivalent. */
export function judgeReport({ files }: MutationReport, equivalent: readonly EquivalentMutant[]): MutationVerdict {
  const tried = Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map(({ mutatorName, replacement = '', status, location: { start } }) => ({
      status,
      place: `${file}:${start.line}:${start.column}`,
      mutant: { file, line: lines[start.line - 1]?.trim() ?? '', mutator: mutatorName, replacement },
    }));
  });
  const killed = tried.filter(({ status }) => noticed.includes(status)).length;
  const survivors = tried.filter(({ status }) => unnoticed.includes(status));
  const named = new Set(equivalent.map(keyOf));
  const found = new Set(survivors.map(({ mutant }) => keyOf(mutant)));
  return {
    mutants: killed + survivors.length,
    score: killed === 0 ? 0 : (100 * killed) / (killed + survivors.length),
    unnamed: survivors
      .filter(({ mutant }) => !named.has(keyOf(mutant)))
      .map(({ mutant, place }) => ({ ...mutant, place })),
    stale: equivalent.filter((each) => files[each.file] !== undefined && !found.has(keyOf(each))),
  };
}

function keyOf({ file, line, mutator, replacement }: Survivor): string {
  return JSON.stringify([file, line, mutator, replacement]);
}
