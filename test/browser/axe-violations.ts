import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Returns what axe finds wrong in a page as it is now, `rule: selector, selector`, or in the part of it that `within` selects.
 * Only violations are worked out in full, which on a long page is half of the time.
 */
export async function axeViolations(page: Page, within?: string): Promise<string[]> {
  await page.evaluate(`window.axe ?? (() => { ${axe.source} })()`);
  const part = within === undefined ? 'document' : JSON.stringify(within);
  const { violations } = (await page.evaluate(`axe.run(${part}, { resultTypes: ['violations'] })`)) as AxeResults;
  return violations.map(({ id, nodes }) => {
    const places = nodes.map(({ target, html }) => `${target.join(' ')} (${html.slice(0, 100)})`);
    return `${id}: ${places.join(', ')}`;
  });
}
