import { statSync } from 'node:fs';

/** Gives a text that differs once a file is written, replaced or gone; empty where none can be looked at. */
export function stampOf(path: string): string {
  try {
    const { size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return '';
  }
}
