import type { DocumentFlags } from '../../api/document.js';
import type { ServerFlags } from '../../api/servers.js';
import type { PrintFlags } from './print.js';

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
