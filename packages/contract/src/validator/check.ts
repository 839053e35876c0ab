/** A rule that a value breaks, as a compiled check reports it. */
export interface CheckError {
  /** JSON pointer to the value, without `#`. */
  readonly path: string;
  readonly keyword: string;
  /** What the rule allows: a limit, the name of a type, or all values. */
  readonly limit?: number | string | readonly unknown[] | undefined;
  /** The field that the rule is about, where it is one below the value. */
  readonly name?: string | undefined;
  /** Of `oneOf` and `anyOf`: why it fits none of several shapes, or more than one. */
  readonly explain?: Explain | undefined;
}

/** Returns a sentence that stands behind that of a rule; `messagesOf` are the messages for broken rules. */
export type Explain = (messagesOf: (errors: readonly CheckError[]) => readonly string[]) => string;

/** Notes a broken rule; returns false, as the check then does. */
export interface Report {
  (path: string, keyword: string, limit?: CheckError['limit'], name?: string, explain?: Explain): false;
  /** In how many choices of shapes it stands, one within the other: only the outer two say what is nearest. */
  readonly depth: number;
}

/** A compiled check: returns whether a value is valid, and reports what is not. `evaluated` gets the keys that it looked at. */
export type Check = (value: unknown, path: string, report: Report, evaluated?: Set<string | number>) => boolean;

/** Notes nothing: for checks of which only the verdict counts. */
export const quiet: Report = /* @__PURE__ */ Object.assign(() => false as const, { depth: Number.POSITIVE_INFINITY });

/** Passes every value. */
export const passes: Check = () => true;

/** Returns every rule that a value breaks. */
export function errorsOf(check: Check, value: unknown, path: string, depth: number): CheckError[] {
  const errors: CheckError[] = [];
  const note = (...[at, keyword, limit, name, explain]: Parameters<Report>): false => {
    errors.push({ path: at, keyword, limit, name, explain });
    return false;
  };
  check(value, path, Object.assign(note, { depth }), new Set());
  return errors;
}
