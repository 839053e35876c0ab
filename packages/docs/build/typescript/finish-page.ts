import type { PublishedEntry } from './published-entries.js';

const repository = 'https://github.com/nexconn-kit/nexconn-kit/blob/main';

/** The sections of the page of errors with what a package throws or answers, the nearest first. */
const errorSections: Record<string, readonly [string, ...string[]]> = {
  client: ['client', 'api'],
  contract: ['api'],
  document: ['document'],
  generator: ['generator', 'document'],
  mock: ['mock', 'refused-signatures'],
  signing: ['signing', 'refused-signatures'],
  'token-server': ['cli', 'token-service', 'token-endpoint'],
  'token-service': ['token-service', 'token-endpoint'],
  'token-source': ['token-source', 'app-sdk'],
};

/**
 * Returns the page of a module out of what typedoc has written: with a head, the name that a program imports, the way from each code
 * that is thrown to its meaning, and no heading that says nothing.
 *
 * @param errorsPage the Markdown of the page of errors
 */
export function finishPage(markdown: string, entry: PublishedEntry, order: number, errorsPage: string): string {
  const { specifier, name } = entry;
  const sections = Object.entries(errorSections).findLast(([folder]) => name.startsWith(folder))?.[1];
  if (sections === undefined) throw new Error(`finish-page.ts does not say where the errors of ${specifier} are told.`);
  const linked = linkCodes(withoutEmptyHeadings(markdown.trim()), sections, errorsPage);
  // All that is thrown stands under one heading.
  const text = linked.replaceAll(/(?<=^#+ Throws\n\n.+\n\n)#+ Throws\n\n/gm, '');
  return [
    headOf(entry, order),
    `# ${specifier}`,
    text,
    '## What can go wrong',
    `${whatCanGoWrong(sections, errorsPage)}\n`,
  ].join('\n\n');
}

/** Returns the head of the page of a module, by which menus know it. */
export function headOf({ specifier }: PublishedEntry, order: number): string {
  return `---\ntitle: "${specifier}"\ndescription: The exports of ${specifier}, from its source.\norder: ${order}\noutline: [2, 3]\n---`;
}

function whatCanGoWrong(sections: readonly string[], errorsPage: string): string {
  const links = sections.map((id) => `[${titleOf(id, errorsPage)}](../errors.md#${id})`);
  return `The page of errors says of each code what it means, why it comes, and what to do: ${links.join(', ')}.`;
}

function titleOf(id: string, errorsPage: string): string {
  const title = new RegExp(`^## (.*) \\{#${id}\\}$`, 'm').exec(errorsPage)?.[1];
  if (title === undefined) throw new Error(`The page of errors has no section ${id}, which finish-page.ts leads to.`);
  return title;
}

/** Behind "Throws", in a table too, each code leads to what the page of errors says of it. */
function linkCodes(markdown: string, sections: readonly string[], errorsPage: string): string {
  return markdown.replaceAll(/(?<=^#+ Throws\n\n).+(?:\n.+)*|(?<=\*\*Throws\*\* ).+(?= \|$)/gm, (thrown) =>
    thrown.replaceAll(/`?\b([A-Z]{3,}(?:_[A-Z]+)*)\b`?/g, (code, name: string) => {
      const section = sections.find((id) => errorsPage.includes(`{#${id}-${name}}`));
      return section === undefined ? code : `[\`${name}\`](../errors.md#${section}-${name})`;
    }),
  );
}

/** What typedoc puts under headings of their own, and is said in a line or by the line below. */
function withoutEmptyHeadings(markdown: string): string {
  return (
    markdown
      .replace(/^## References\n[\s\S]*?(?=^## |(?![\s\S]))/m, listOf)
      // The line below has the name, the parameters and what comes of it.
      .replaceAll(
        /^#### Constructors\n\n(<a .*>\n\n)##### Constructor\n[\s\S]*?(?=^#{1,4} |^\*\*\*$|(?![\s\S]))/gm,
        constructorIn,
      )
      .replaceAll(/^###### Get Signature\n\n([\s\S]*?)###### Returns\n\n.*\n\n?/gm, '$1')
      .replaceAll(/^##### Type Literal(?=\n\n.*`type`: `"([\w-]+)")/gm, '##### `$1`')
      .replaceAll(/^spec\/\S+$/gm, `[$&](${repository}/$&)`)
      // A cell with nothing to say; of what has to be passed there is no default.
      .replaceAll(/\| (?:-|(?<=^\| `\w+` \|.*\| )`undefined`) \|$/gm, '| |')
      .trim()
  );
}

/** A re-export has one line. */
function listOf(references: string): string {
  const links = [...references.matchAll(/^Re-exports (.*)$/gm)].map(([, link]) => `- ${link}`);
  return `## Exported from other modules\n\n${links.join('\n')}\n\n`;
}

/** A class has one constructor, and that it returns an instance is known. */
function constructorIn(section: string, anchor: string): string {
  const [, signature = ''] = section.split(/^##### Constructor\n\n/m);
  const rest = signature.replace(/^###### Returns\n\n.*\n\n?/m, '').replaceAll(/^######/gm, '#####');
  return `#### Constructor\n\n${anchor}${rest}`;
}
