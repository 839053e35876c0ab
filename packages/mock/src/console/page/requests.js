import { button, element, exactTimeOfDay, fill, row } from './build-elements.js';
import { entryDetail } from './entry-detail.js';

/** More rows than anyone reads only make the page slow. */
export const maxRows = 300;

const find = (id) => document.getElementById(id);

/** The newest entry comes last. */
const shown = { entries: [], lastId: 0 };
/** The rows by the id of their entry: the row itself, and what it was opened to. */
const rows = new Map();

const isAccepted = ({ status, code }) => status >= 200 && status < 300 && !code;

function verdictOf(entry) {
  if (entry.fault) return ['warn', `fault: ${entry.fault}`];
  if (entry.status === 0) return ['bad', 'cut off'];
  return isAccepted(entry) ? ['good', 'ok'] : ['bad', 'refused'];
}

function makeRow(entry) {
  const [className, verdict] = verdictOf(entry);
  const opener = button([entry.method ?? 'no', entry.path ?? 'request'].join(' '), 'opener code-text', () =>
    toggle(entry.id),
  );
  opener.setAttribute('aria-expanded', 'false');
  opener.tabIndex = -1;
  const request = [opener];
  if (entry.reason) request.push(element('span', 'reason', entry.reason));
  const made = row(
    ['time', exactTimeOfDay(entry.at)],
    ['verdict', element('span', className, verdict)],
    ['number', entry.status === 0 ? 'none' : String(entry.status)],
    ['number', entry.code === undefined ? '' : String(entry.code)],
    ['wide', ...request],
    ['code-text id', entry.userId ?? ''],
    ['number', entry.durationMs.toFixed(1)],
  );
  return { made, opener, detail: undefined, entry };
}

function toggle(id) {
  const each = rows.get(id);
  if (each.detail) each.detail = undefined;
  else {
    const cell = element('td', '', entryDetail(each.entry));
    cell.colSpan = 7;
    each.detail = element('tr', 'opened', cell);
  }
  each.opener.setAttribute('aria-expanded', String(each.detail !== undefined));
  each.made.classList.toggle('is-open', each.detail !== undefined);
  paint();
}

function isWanted(entry) {
  if (find('only-app').checked && entry.appKey !== find('app').value) return false;
  if (find('only-refused').checked && isAccepted(entry)) return false;
  return (entry.userId ?? '').includes(find('only-user').value.trim());
}

/** Shows the entries that the filters let through, unless there is a pause. */
export function showEntries() {
  if (!find('pause').checked) paint();
}

let visible = [];
function paint() {
  if (!find('pause').checked) {
    const kept = new Set(shown.entries.map(({ id }) => id));
    for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id);
    for (const entry of shown.entries) if (!rows.has(entry.id)) rows.set(entry.id, makeRow(entry));
    visible = shown.entries
      .filter(isWanted)
      .map(({ id }) => rows.get(id))
      .reverse();
  }
  fill(
    'entries',
    visible.flatMap(({ made, detail }) => (detail ? [made, detail] : [made])),
  );
  tellOfOthers(shown.entries.length);
  // One of them can be reached by Tab, the others by the arrow keys.
  const reached = visible.find(({ opener }) => opener === document.activeElement) ?? visible[0];
  for (const { opener } of visible) opener.tabIndex = opener === reached?.opener ? 0 : -1;
}

/** Says where what shows is not all: older ones are dropped, and the filters may let none through. */
function tellOfOthers(count) {
  find('requests-title').textContent = count < maxRows ? 'Requests' : `Requests: the newest ${maxRows}`;
  find('none-wanted').hidden = count === 0 || visible.length > 0;
  find('none-wanted').textContent = `The filters let none of the newest ${count} requests through.`;
  if (count > 0) find('no-entries').hidden = true;
}

/** Adds entries, the newest last. */
export function takeEntries(entries) {
  shown.entries = [...shown.entries, ...entries].slice(-maxRows);
  shown.lastId = entries.at(-1)?.id ?? shown.lastId;
  showEntries();
}

export const lastId = () => shown.lastId;

/** Takes these in the place of all there are: a mock that was started anew counts from 1 again. */
export function replaceEntries(entries) {
  rows.clear();
  shown.entries = [];
  shown.lastId = 0;
  takeEntries(entries);
}

/** Without an App Key all of them. */
export function forgetEntries(appKey) {
  shown.entries = appKey === undefined ? [] : shown.entries.filter((entry) => entry.appKey !== appKey);
  showEntries();
}

/** Opens the row of an entry once it is there, and goes to it; a pause or a filter that keeps it away ends. */
export function openEntry(id) {
  const entry = shown.entries.find((each) => each.id === id);
  if (!entry) return;
  if (!visible.includes(rows.get(id))) {
    find('pause').checked = false;
    if (!isWanted(entry)) {
      find('only-app').checked = find('only-refused').checked = false;
      find('only-user').value = '';
    }
    paint();
  }
  const each = rows.get(id);
  if (!each.detail) toggle(id);
  each.opener.focus();
}

find('entries').addEventListener('keydown', (event) => {
  const at = visible.findIndex(({ opener }) => opener === event.target);
  if (at < 0) return;
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: visible.length - 1 }[event.key];
  if (next === undefined || !visible[next]) return;
  event.preventDefault();
  visible[next].opener.focus();
  paint();
});
for (const id of ['only-app', 'only-refused', 'only-user', 'pause']) find(id).addEventListener('input', showEntries);
