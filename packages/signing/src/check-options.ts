/** Throws the error of this package for a wrong option; `problem` begins with a verb, such as `is missing. Pass …`. */
export type RefuseOption = (option: string, problem: string) => never;

/** What a number must be. */
export interface NumberRule {
  /** What it counts, such as `milliseconds`. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Default: false. */
  readonly isWhole?: boolean;
}

/** The names of all options of a type, each with its default where that says something; null says that null is a value of it. */
export type OptionNames<Options> = Readonly<Record<Options extends unknown ? keyof Options : never, unknown>>;

/** The checks of one package's options. The value of a wrong one is shown where it is a number, since others may be secrets. */
export interface OptionChecks {
  /** Only known names, which begin with `group` in messages. `undefined` stands for the default; null stands for nothing. */
  readonly checkNames: (given: object, known: Readonly<Record<string, unknown>>, group?: string) => void;
  readonly checkNumber: (option: string, value: unknown, rule: NumberRule) => number;
  /** A function, or undefined. */
  readonly checkFunction: (option: string, value: unknown) => void;
  readonly checkChoice: <Choice>(option: string, value: unknown, choices: readonly Choice[]) => Choice;
  /** A text that is not empty; blanks alone count as empty. */
  readonly checkText: (option: string, value: unknown) => string;
}

/** Returns checks that all end in `refuse`. The same file stands in each package that has options; a test compares them. */
export function createOptionChecks(refuse: RefuseOption): OptionChecks {
  return {
    checkNames(given, known, group = '') {
      const whole = group.slice(0, -1) || 'options';
      if (typeof given !== 'object' || given === null || Array.isArray(given)) {
        refuse(whole, `is ${typeOf(given)}. Pass an object.`);
      }
      if (isOfAnotherKind(given, known)) refuse(whole, 'is an object of another kind. Pass a plain one.');
      for (const name of Object.keys(given)) {
        const value = (given as Readonly<Record<string, unknown>>)[name];
        if (value === undefined) continue;
        if (!Object.hasOwn(known, name)) refuse(group + name, `is no option. ${suggest(name, Object.keys(known))}`);
        if (value === null && known[name] !== null) refuse(group + name, 'is null. Pass a value, or leave it out.');
      }
    },
    checkNumber(option, value, { unit, min, max, isWhole = false }) {
      const isNumber = typeof value === 'number' && value >= min && value <= max;
      if (isNumber && (!isWhole || Number.isInteger(value))) return value;
      const shown = typeof value === 'number' ? value : typeOf(value);
      return refuse(option, `is ${shown}. Pass ${isWhole ? 'whole ' : ''}${unit} from ${min} to ${max}.`);
    },
    checkFunction(option, value) {
      if (value !== undefined && typeof value !== 'function') {
        refuse(option, `is ${typeOf(value)}. Pass a function, or leave it out.`);
      }
    },
    checkChoice(option, value, choices) {
      const found = choices.find((choice) => choice === value);
      if (found !== undefined) return found;
      return refuse(
        option,
        `is none of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}. Pass one of them.`,
      );
    },
    checkText(option, value) {
      const isText = typeof value === 'string';
      if (isText && value.trim() !== '') return value;
      return refuse(option, `is ${isText ? 'empty' : typeOf(value)}. Pass a text that is not empty.`);
    },
  };
}

/** Whether an object is of a class that has other members than options, such as a `Map` or a promise of them. */
function isOfAnotherKind(given: object, known: object): boolean {
  const hasNames = Object.keys(given).length > 0 || Object.keys(known).some((name) => name in given);
  return !hasNames && hasMembers(Object.getPrototypeOf(given));
}

/** Whether a class, or one above it, has more than a constructor; the last one above is that of every object. */
function hasMembers(prototype: object | null): boolean {
  const above = prototype && Object.getPrototypeOf(prototype);
  return above !== null && (Object.getOwnPropertyNames(prototype).length > 1 || hasMembers(above));
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : `of type ${typeof value}`;
}

function suggest(wrong: string, names: readonly string[]): string {
  const nearest = nearestName(wrong, names);
  return nearest === undefined ? `The options are ${names.join(', ')}.` : `Did you mean ${nearest}?`;
}

/** Returns the name that shares most pairs of letters with a wrong one; undefined where none is like it. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const pairsOf = (name: string) => [...name.toLowerCase()].map((letter, at, letters) => letter + letters[at + 1]);
  const pairs = pairsOf(wrong);
  const shared = (name: string) => pairsOf(name).filter((pair) => pairs.includes(pair)).length;
  const likeness = (name: string) => shared(name) / Math.max(name.length, wrong.length);
  const nearest = names.reduce((best, name) => (likeness(name) > likeness(best) ? name : best));
  return likeness(nearest) > 0.3 ? nearest : undefined;
}
