import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** Elements that are hidden and show all the same, since a rule about their ID or class sets `display`. */
const shownThoughHidden = `[...document.querySelectorAll('[hidden]')]
  .filter((each) => each.checkVisibility())
  .map((each) => 'hidden, but shows: ' + each.outerHTML.slice(0, 100))`;

/** The rules whose outcome hangs on colours. */
export const ofColours: RunOptions = { runOnly: ['color-contrast', 'link-in-text-block'] };

/**
 * Returns what axe finds wrong in a page as it is now, `rule: selector, selector`, or in the part of it that `within` selects; and
 * what shows though it is hidden.
 * Only violations are worked out in full, which on a long page is half of the time. What else `options` are, axe says: `ofColours`
 * for a page that has been looked at, and has other colours now.
 */
export async function axeViolations(page: Page, within?: string, options: RunOptions = {}): Promise<string[]> {
  await page.evaluate(`window.axe ?? (() => { ${axe.source} })()`);
  const part = within === undefined ? 'document' : JSON.stringify(within);
  const how = JSON.stringify({ resultTypes: ['violations'], ...options });
  const { violations } = (await page.evaluate(`axe.run(${part}, ${how})`)) as AxeResults;
  const found = violations.map(({ id, nodes }) => {
    const places = nodes.map(({ target, html }) => `${target.join(' ')} (${html.slice(0, 100)})`);
    return `${id}: ${places.join(', ')}`;
  });
  return [...found, ...((await page.evaluate(shownThoughHidden)) as string[])];
}
