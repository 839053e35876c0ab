import type { DocumentFlags } from './document.js';
import type { PrintFlags } from './print.js';
import type { ServerFlags } from './servers.js';

/** The flags of the command itself. */
export interface CallFlags extends DocumentFlags, ServerFlags, PrintFlags {
  readonly document?: string;
  readonly body?: string;
  readonly appSecretFile?: string;
  readonly credentialsFile?: string;
  readonly timeoutMs?: number;
  readonly dryRun?: boolean;
  readonly list?: boolean;
  readonly complete?: boolean;
}
