/** What can be generated of a document; types are there in any case. */
export const apiParts = ['types', 'client', 'validators', 'mock'] as const;

/** One of them. */
export type ApiPart = (typeof apiParts)[number];

/** A document anywhere, and the folder that its code goes to. */
export interface ApiTarget {
  /** The path of the document; files that it refers to are read too. */
  readonly document: string;
  /** The folder that the code goes to. */
  readonly out: string;
  /** What is written: `types`, `client`, `validators`, `mock`; `--only` of the command. Default: all. */
  readonly parts?: readonly ApiPart[] | undefined;
  /** Paths of OpenAPI Overlays, which are applied in this order. Default: none. */
  readonly overlays?: readonly string[] | undefined;
  /** Whether a `$ref` to another host is followed. Default: false. */
  readonly allowRemote?: boolean | undefined;
}

/** Returns the command that generates it. */
export function commandFor({ document, out, parts = apiParts, overlays = [], allowRemote }: ApiTarget): string {
  const words = [
    ...['npx', 'nexconn', 'generate', '--document', document, '--out', out],
    ...(overlays.length === 0 ? [] : ['--overlay', ...overlays]),
    ...(allowRemote ? ['--allow-remote'] : []),
    ...(parts.length === apiParts.length ? [] : ['--only', parts.join(',')]),
  ];
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
