export {
  clientOptionsOf,
  mockOptionsOf,
  type ProfileAnswers,
  type ProfileClientOptions,
  readProfile,
  type ServiceProfile,
} from './profile.js';
export type { LimitedField, NameLengthUnit, RateWindowKind, RetryAfterForm, ServiceRules } from './rules.js';
