import type { DocumentFlags } from '../../api/document.js';

/** The flags of the command. */
export interface TestFlags extends DocumentFlags {
  readonly url: string;
  readonly operation?: readonly string[];
  readonly runs: number;
  readonly seed?: number;
  readonly rate: number;
  readonly timeoutMs: number;
  readonly maxSeconds: number;
  readonly report: 'text' | 'junit' | 'json';
  readonly json?: boolean;
  readonly appSecretFile?: string;
  readonly credentialsFile?: string;
  readonly dangerouslyTestProduction?: boolean;
}
