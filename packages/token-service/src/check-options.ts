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

/** The checks of one package's options. The value of a wrong one is shown where it is a number, since others may be secrets. */
export interface OptionChecks {
  readonly checkNumber: (option: string, value: unknown, rule: NumberRule) => number;
  /** A function, or undefined. */
  readonly checkFunction: (option: string, value: unknown) => void;
  readonly checkChoice: <Choice>(option: string, value: unknown, choices: readonly Choice[]) => Choice;
  /** A text that is not empty. */
  readonly checkText: (option: string, value: unknown) => string;
}

/** Returns checks that all end in `refuse`. The same file stands in each package that has options; a test compares them. */
export function createOptionChecks(refuse: RefuseOption): OptionChecks {
  return {
    checkNumber(option, value, { unit, min, max, isWhole = false }) {
      const isNumber = typeof value === 'number' && value >= min && value <= max;
      if (isNumber && (!isWhole || Number.isInteger(value))) return value;
      const shown = typeof value === 'number' ? value : `of type ${typeof value}`;
      return refuse(option, `is ${shown}. Pass ${isWhole ? 'whole ' : ''}${unit} from ${min} to ${max}.`);
    },
    checkFunction(option, value) {
      if (value !== undefined && typeof value !== 'function') {
        refuse(option, `is of type ${typeof value}. Pass a function, or leave it out.`);
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
      if (typeof value === 'string' && value !== '') return value;
      return refuse(option, `is ${value === '' ? 'empty' : `of type ${typeof value}`}. Pass a text that is not empty.`);
    },
  };
}
