/** A function of the checks. */
export interface CheckFunction {
  readonly name: string;
  /** Whether it takes the set of evaluated keys. */
  readonly notes: boolean;
  readonly lines: readonly string[];
}

/** Functions of which no two do the same. */
export interface MergedFunctions {
  readonly functions: readonly CheckFunction[];
  /** Returns code that calls those that are left, whichever it called before. */
  readonly rename: (code: string) => string;
}

/** A text in quotes, or a name that neither is nor becomes a member of something. */
const words = /'(?:[^'\\]|\\.)*'|(?<![.\w$])[A-Za-z_$][\w$]*(?![\w$:])/g;

/**
 * Merges functions of one text: documents describe the same parameters with operation after operation. Those that call
 * functions which were merged may be equal then, so that it is done until nothing changes.
 */
export function mergeFunctions(given: readonly CheckFunction[]): MergedFunctions {
  const nameOf = new Map<string, string>();
  const rename = (code: string): string => code.replaceAll(words, (word) => nameOf.get(word) ?? word);
  let functions = given;
  for (let before = Number.POSITIVE_INFINITY; functions.length < before; ) {
    before = functions.length;
    const first = new Map<string, string>();
    for (const { name, notes, lines } of functions) {
      const text = `${notes} ${lines.join('\n')}`;
      const known = first.get(text);
      if (known === undefined) first.set(text, name);
      else nameOf.set(name, known);
    }
    for (const [name, known] of nameOf) nameOf.set(name, nameOf.get(known) ?? known);
    functions = functions
      .filter(({ name }) => !nameOf.has(name))
      .map(({ lines, ...rest }) => ({ ...rest, lines: lines.map(rename) }));
  }
  return { functions, rename };
}
