import type { SitePage } from './read-pages.js';

/** An entry of the menu at the top that is a page. */
export interface MenuLink {
  text: string;
  link: string;
  activeMatch?: string;
  target?: string;
}

/** An entry of the menu at the top: a page, or a group of pages. */
export type MenuEntry = MenuLink | MenuGroup;

/** A group of pages. */
interface MenuGroup {
  text: string;
  items: MenuLink[];
}

/** An entry of the list at the side: a page, or a folder of pages. */
export interface SideEntry {
  text: string;
  /** A group of pages has none. */
  link?: string;
  collapsed?: boolean;
  items?: SideEntry[];
}

/** What stands in the menu, and is no page that VitePress makes. */
export interface OtherPage {
  readonly title: string;
  readonly url: string;
  readonly order: number;
  readonly menu: string;
}

/**
 * Returns the menu and the lists at the side, by the folders of the pages and by their front matter: a folder with an
 * `index.md` is a section, and so is a page beside those folders. A new page needs no line elsewhere.
 */
export function navigation(
  pages: readonly SitePage[],
  others: readonly OtherPage[],
): { nav: MenuEntry[]; sidebar: Record<string, SideEntry[]> } {
  const sections = pages.filter(({ path }) => path !== 'index.md' && /^[^/]+(\/index)?\.md$/.test(path));
  const folders = sections.filter(({ url }) => url.endsWith('/'));
  return {
    nav: menuOf([...sections, ...others]),
    sidebar: Object.fromEntries(folders.map(({ url }) => [url, sideOf(url, pages)])),
  };
}

function menuOf(sections: readonly (SitePage | OtherPage)[]): MenuEntry[] {
  const entries: MenuEntry[] = [];
  const groups = new Map<string, MenuGroup>();
  for (const section of inOrder(sections)) {
    const group = section.menu === undefined ? undefined : groups.get(section.menu);
    if (group) group.items.push(entryOf(section));
    else if (section.menu === undefined) entries.push(entryOf(section));
    else {
      const started = { text: section.menu, items: [entryOf(section)] };
      groups.set(section.menu, started);
      entries.push(started);
    }
  }
  return entries;
}

function entryOf(section: SitePage | OtherPage): MenuLink {
  const { title: text, url: link } = section;
  // The router of the site knows its own pages alone: others are loaded by the browser.
  if (!('path' in section)) return { text, link, target: '_self' };
  return link.endsWith('/') ? { text, link, activeMatch: `^${link}` } : { text, link };
}

function sideOf(folder: string, pages: readonly SitePage[]): SideEntry[] {
  const own = pages.find(({ url }) => url === folder);
  const inside = pages.filter(({ url }) => url.startsWith(folder) && url !== folder);
  const direct = inside.filter(({ url }) => !/\/./.test(url.slice(folder.length)));
  const entries: SideEntry[] = [];
  for (const page of inOrder(direct)) {
    const isFolder = page.url.endsWith('/');
    const below = isFolder ? { collapsed: true, items: sideOf(page.url, pages).slice(1) } : {};
    groupOf(page, entries).push({ ...sideEntry(page), ...below });
  }
  return own === undefined ? entries : [sideEntry(own), ...entries];
}

/** Returns the list that a page stands in: that of its group, where it has one. */
function groupOf({ group }: SitePage, entries: SideEntry[]): SideEntry[] {
  if (group === undefined) return entries;
  const known = entries.find(({ text, link }) => text === group && link === undefined)?.items;
  if (known) return known;
  const items: SideEntry[] = [];
  entries.push({ text: group, items });
  return items;
}

/** Packages stand in the list without the scope that all have: with it most names are wider than the list, and break inside of it. */
function sideEntry({ title, url }: SitePage): SideEntry {
  return { text: title.replace(/^@nexconn-kit\//, ''), link: url };
}

function inOrder<T extends { order: number; title: string }>(pages: readonly T[]): T[] {
  return pages.toSorted((a, b) => a.order - b.order || a.title.localeCompare(b.title, 'en'));
}
