/** What can be generated of a document; types are there in any case. */
export const apiParts = ['types', 'client', 'validators', 'mock'] as const;

/** One of them. */
export type ApiPart = (typeof apiParts)[number];

/** A document anywhere, and the folder that its code goes to. */
export interface ApiTarget {
  readonly document: string;
  readonly out: string;
  /** Default: all. */
  readonly parts?: readonly ApiPart[] | undefined;
}

/** Returns the command that generates it. */
export function commandFor({ document, out, parts = apiParts }: ApiTarget): string {
  const only = parts.length === apiParts.length ? '' : ` --only ${parts.join(',')}`;
  return `npm run generate -- --document ${document} --out ${out}${only}`;
}
