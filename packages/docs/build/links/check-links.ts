import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

/**
 * Returns what is wrong with the links of a built site, a line each: pages, files and anchors that are not there. Links to
 * other hosts are not followed.
 */
export function deadLinks(folder: string, base: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = new Set(entries.map((entry) => toPath(folder, join(entry.parentPath, entry.name))));
  const pages = new Map(
    [...files].filter((path) => path.endsWith('.html')).map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  const wrong: string[] = [];
  for (const [path, html] of pages) {
    for (const link of linksOf(html)) {
      const [address = '', anchor] = link.split('#');
      const target = address === '' ? path : fileOf(address, path, base);
      if (target === undefined || !files.has(target)) wrong.push(`${path}: ${link} leads nowhere`);
      else if (anchor && !hasAnchor(pages.get(target), decodeURIComponent(anchor)))
        wrong.push(`${path}: ${link} has no such anchor`);
    }
  }
  return wrong;
}

function toPath(folder: string, file: string): string {
  return relative(folder, file).replaceAll('\\', '/');
}

function linksOf(html: string): string[] {
  // Those of a reference page lead to places of itself, which are made in the browser.
  if (isReference(html)) return [];
  const withoutScripts = html.replaceAll(/<script\b[\s\S]*?<\/script>/g, '');
  const links = [...withoutScripts.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  );
  return [...new Set(links)].filter((link) => link !== '' && !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link));
}

/** Returns the file of the site that an address leads to; `undefined` where that is outside of its base. */
function fileOf(address: string, from: string, base: string): string | undefined {
  const path = decodeURIComponent(address.split('?', 1)[0] ?? '');
  if (path.startsWith('/') && !path.startsWith(base)) return undefined;
  const absolute = path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(from), path);
  if (absolute.startsWith('..')) return undefined;
  const folder = absolute.replace(/^\.$/, '').replace(/\/$/, '');
  return path.endsWith('/') || folder === '' ? posix.join(folder, 'index.html') : absolute;
}

function hasAnchor(html: string | undefined, anchor: string): boolean {
  return html !== undefined && (html.includes(`id="${anchor}"`) || isReference(html));
}

function isReference(html: string): boolean {
  return html.includes('id="redoc');
}
