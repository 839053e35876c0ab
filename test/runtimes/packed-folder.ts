import { inject } from 'vitest';

/** Returns the folder where the packed packages are installed, or throws what kept them from it. */
export function packedFolder(): string {
  const packed = inject('packed');
  if ('failure' in packed) throw new Error(packed.failure);
  return packed.folder;
}
