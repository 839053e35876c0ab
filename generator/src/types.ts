import type { ResolvedDocument as Resolved } from '@nexconn-kit/document/compiler';

export type {
  JsonObject,
  ResolvedOperation,
  Schema,
} from '@nexconn-kit/document/compiler';

/** A document to generate from. */
export interface FoundDocument {
  /** Name of its folder under `spec/`. */
  name: string;
  /** Path relative to the root, with forward slashes. */
  source: string;
  /** Where its contract goes. */
  home: ContractHome;
}

/** The folder of a generated contract, and how its files name what the contract package writes by hand. */
export interface ContractHome {
  /** Path relative to the root. */
  folder: string;
  /** Specifier of the types, such as `Operation` and `Validator`. */
  types: string;
  /** Specifier of `createValidator` and `byteLength`. */
  validator: string;
  /** The command that writes it. */
  command: string;
}

/** A bundled document, read once: what every output starts from. */
export interface ResolvedDocument extends Resolved, FoundDocument {}

/** A file to be written. */
export interface OutputFile {
  /** Path relative to the repository root, with forward slashes. */
  path: string;
  content: string;
}
