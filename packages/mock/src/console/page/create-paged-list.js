import { fill } from './build-elements.js';
import { callConsole } from './call-console.js';

const pageSize = 50;
/** The largest page that the console gives. */
const maxPage = 1000;

/**
 * Creates a list that shows its newest rows, and more when its button is pressed.
 *
 * `id` is that of its rows; `no-…`, `…-title` and `…-more` stand around it. `filter` returns what else is asked for.
 */
export function createPagedList({ id, title, path, toRow, onMore, filter = () => ({}) }) {
  const heading = document.getElementById(`${id}-title`);
  const more = document.getElementById(`${id}-more`);
  const scroll = more.closest('section').querySelector('.scroll');
  let wanted = pageSize;

  more.textContent = `Show ${pageSize} more`;
  more.addEventListener('click', () => {
    wanted += pageSize;
    onMore();
  });

  return {
    /** Goes back to the first rows. */
    restart() {
      wanted = pageSize;
    },
    /** Returns as many items as are wanted, and whether there are more. */
    async read(appKey) {
      const items = [];
      let after;
      do {
        const limit = Math.min(maxPage, wanted - items.length);
        const request = { appKey, limit, newestFirst: true, ...filter(), ...(after !== undefined && { after }) };
        const page = await callConsole(path, request);
        items.push(...page[id]);
        after = page.next;
      } while (after !== undefined && items.length < wanted);
      return { items, hasMore: after !== undefined };
    },
    /** Shows what was read; `count` is of all, and may leave out those that are void. */
    show({ items, hasMore }, count) {
      const ofAll = count > items.length ? ` of ${count}` : '';
      heading.textContent = hasMore ? `${title}: the newest ${items.length}${ofAll}` : title;
      fill(id, items.map(toRow));
      // A button that goes takes the focus with it, and Tab would start at the top of the page.
      if (!hasMore && document.activeElement === more) focusOn(scroll);
      more.hidden = !hasMore;
    },
  };
}

function focusOn(region) {
  region.tabIndex = 0;
  region.focus();
}
