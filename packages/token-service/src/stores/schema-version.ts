import { TokenServiceError } from '../errors.js';

/**
 * What a store records of the shape of its data. One rule holds for all stores:
 *
 * - a store writes both numbers, and reads them before it uses what it finds; one that several instances share reads them
 *   again with each token, since a newer instance may have started beside this one;
 * - data of a newer version is used where `oldest` allows it, so that two neighbouring versions work side by side: a
 *   version adds what the one before can do without, and the next one takes away what is no longer needed;
 * - data that asks for a newer version than this one is refused, by STORE_FAILED;
 * - data of an older version is migrated, or needs none.
 */
export interface SchemaVersion {
  /** The version that wrote the data. */
  readonly version: number;
  /** The oldest version that can use the data as it is. */
  readonly oldest: number;
}

/** Returns it as the text that stores keep, such as `2 1`. */
export function formatSchemaVersion({ version, oldest }: SchemaVersion): string {
  return `${version} ${oldest}`;
}

/**
 * Checks that this version can use the data of a store, and returns the version of the data. Without a text it is that of
 * a store from before there was one, which is `unwritten`.
 *
 * @throws {TokenServiceError} STORE_FAILED
 */
export function checkSchemaVersion(text: string | undefined, known: number, unwritten: number): number {
  const [, version, oldest = version] = /^(\d+)(?: (\d+))?$/.exec(text ?? `${unwritten}`) ?? [];
  if (Number(oldest) <= known) return Number(version);
  const message =
    `The store was written by a newer version of @nexconn-kit/token-service, or by another program (its data has version ` +
    `${text}, this one knows ${known}). Update this instance, or give it a store of its own.`;
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}
