export type { MockConsole } from './console/types.js';
export { createMock } from './create-mock.js';
export { MockError, type MockErrorCode, type MockErrorDetails } from './errors.js';
export type { Fault, FaultKind, FaultRule, FaultRuleView, FaultSequence } from './faults/types.js';
export type { ServiceRules } from './profile/rules.js';
export type { MockLink } from './settings.js';
export { startMock } from './start-mock.js';
export type { AppOptions, Environment, JournalDraft, NonceReplay, SavedState } from './state/types.js';
export type { Mock, MockOptions, RunningMock, StartMockOptions } from './types.js';
