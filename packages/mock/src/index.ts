export type { MockConsole } from './console/types.js';
export { createMock } from './create-mock.js';
export { MockError, type MockErrorCode, type MockErrorDetails } from './errors.js';
export type { Fault, FaultKind, FaultRule, FaultRuleView, FaultSequence } from './faults/types.js';
export { startMock } from './start-mock.js';
export type { AppOptions, Environment, NonceReplay } from './state/types.js';
export type { Mock, MockOptions, RunningMock, StartMockOptions } from './types.js';
