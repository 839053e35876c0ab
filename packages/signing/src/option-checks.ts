import { createOptionChecks, type OptionChecks } from './check-options.js';
import { refuse } from './signature/check-inputs.js';

/** The checks of options. @throws {SigningError} INVALID_OPTION */
export const optionChecks: OptionChecks = createOptionChecks((option, problem) =>
  refuse('INVALID_OPTION', option, problem),
);
