import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DownloadFile, downloadFiles } from './download-files.js';

/** Writes the files to download below the finished site. */
export function writeDownloads(outputFolder: string): void {
  const folder = join(outputFolder, 'downloads');
  mkdirSync(folder, { recursive: true });
  for (const { name, content } of downloadFiles()) writeFileSync(join(folder, name), content);
}

/** Writes the page that lists them, before the pages are read. */
export function writeDownloadsPage(siteFolder: string): void {
  writeFileSync(join(siteFolder, 'downloads.md'), downloadsPage(downloadFiles()));
}

/** Returns the page: each file with its size, and the command that runs it. */
export function downloadsPage(files: readonly DownloadFile[]): string {
  const groups = [...new Set(files.map(({ group }) => group))];
  return [
    [
      '---',
      'title: Downloads',
      'description: OpenAPI documents, collections of Postman and Bruno, a file of HTTP, workflows, signing vectors and alert rules.',
      'order: 55',
      'menu: Reference',
      '---',
    ].join('\n'),
    '# Downloads',
    '```sh\nnpx @nexconn-kit/cli mock\n```',
    'They come from the same document as the client, and are run against a mock before each release. The mock prints the App Key and the App Secret that go in the environment: no file has one.',
    ...groups.flatMap((group) => [`## ${group}`, ...files.filter((file) => file.group === group).map(section)]),
    '## What can go wrong',
    [
      '- **1004, the signature does not match**: the App Secret is that of another app, or has a blank at its end. [Signing](./guides/signing.md) has a calculator that finds the mistake.',
      '- **Nothing is signed**: a variable of the collection is empty. Set `appKey` and `appSecret` in the environment, and choose that environment.',
      '- **A signed file is refused the second time**: a signature is good for one request. Sign the file anew.',
      '- **`respect` finds no operation**: the OpenAPI documents must stand in the folder of the workflow.',
    ].join('\n'),
    '',
  ].join('\n\n');
}

function section({ name, content, words, command }: DownloadFile): string {
  return `[${name}](./downloads/${name}) (${sizeOf(content)}): ${words}\n\n\`\`\`sh\n${command}\n\`\`\``;
}

function sizeOf({ length }: Buffer): string {
  return `${(length / 1000).toFixed(1)} kB`;
}
