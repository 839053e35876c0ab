import { statSync } from 'node:fs';

/** Returns a text that changes when a file is written, replaced or removed; empty for a file that cannot be read. */
export function fileVersionOf(path: string): string {
  try {
    const { size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return '';
  }
}
