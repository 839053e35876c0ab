import { bindApp, showApp, showApps, showClock, tick } from './app.js';
import { dateAndTime, element, fill, row, tell, timeOfDay } from './build-elements.js';
import { attempt, callConsole } from './call-console.js';
import { bindCoverage, readCoverage } from './coverage.js';
import { createPagedList } from './create-paged-list.js';
import { bindFaultForm, faultItem } from './faults.js';
import { forgetEntries, lastId, maxRows, openEntry, replaceEntries, showEntries, takeEntries } from './requests.js';
import { bindSend, readDocument } from './send.js';

const pollMs = 25_000;
const restMs = 250;
const retryMs = 1000;
const refreshMs = 5000;

const find = (id) => document.getElementById(id);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const chosenApp = () => find('app').value;

const shown = { state: '', renderings: 0 };

function setConnection(text, className) {
  find('connection').textContent = text;
  find('connection').className = `badge ${className}`;
  find('gone').hidden = className !== 'bad';
}

function userRow({ userId, name, tokenCount, issuedAt }) {
  return row(['code-text id', userId], ['id', name], ['number', String(tokenCount)], ['time', timeOfDay(issuedAt)]);
}

function tokenRow({ tokenId, userId, issuedAt, expiresAt, valid }) {
  const state = valid ? element('span', 'good', 'valid') : element('span', 'bad', 'not valid');
  const end = (expiresAt === null ? 'never' : dateAndTime(expiresAt)).split(' ');
  return row(
    ['code-text', tokenId.slice(0, 12)],
    ['code-text id', userId],
    ['', state],
    ['time', timeOfDay(issuedAt)],
    ['', ...end.flatMap((part) => [element('span', 'time', part), ' '])],
  );
}

const noItems = { items: [], hasMore: false };
const quietly = () => refresh().catch(() => undefined);
const searched = () => find('search-users').value.trim();

const users = createPagedList({
  id: 'users',
  title: 'Users',
  path: 'users/list',
  toRow: userRow,
  onMore: quietly,
  filter: () => (searched() ? { search: searched() } : {}),
});
const tokens = createPagedList({
  id: 'tokens',
  title: 'Tokens',
  path: 'tokens/list',
  toRow: tokenRow,
  onMore: quietly,
});

/** Reads everything but the requests, and shows it if it changed: what has the focus stays as it is. */
async function refresh() {
  shown.renderings += 1;
  const rendering = shown.renderings;
  const [{ apps }, clock] = await Promise.all([
    callConsole('apps/list'),
    callConsole('clock/get'),
    // Of a large document it is long, and nobody sees it elsewhere.
    find('view-coverage').hidden ? undefined : readCoverage(),
  ]);
  const appKey = apps.some((app) => app.appKey === chosenApp()) ? chosenApp() : apps[0]?.appKey;
  const [someUsers, someTokens, { faults }] = appKey
    ? await Promise.all([users.read(appKey), tokens.read(appKey), callConsole('faults/list', { appKey })])
    : [noItems, noItems, { faults: [] }];
  // A refresh that began later may have been answered first; what this one has read is out of date then.
  if (rendering !== shown.renderings) return;
  showClock(clock);
  const state = JSON.stringify([apps, appKey, someUsers, someTokens, faults, searched()]);
  if (state === shown.state) return;
  shown.state = state;
  showApps(apps);
  const app = apps.find((candidate) => candidate.appKey === appKey);
  if (app) showApp(app);
  find('no-users').textContent = searched() ? 'No user has this text.' : 'None. A first token registers its user.';
  users.show(someUsers, searched() ? 0 : (app?.userCount ?? 0));
  tokens.show(someTokens, app?.tokenCount ?? 0);
  fill('faults', faults.map(faultItem));
}

/** Gives the browser a file. */
function download(name, text) {
  const link = element('a', '');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function bindRequests() {
  find('clear-journal').addEventListener('click', async ({ currentTarget }) => {
    const which = find('only-app').checked ? { appKey: chosenApp() } : {};
    const isCleared = await attempt(currentTarget, async () => {
      await callConsole('journal/clear', which);
      forgetEntries(which.appKey);
      await refresh();
    });
    if (isCleared) tell(currentTarget, 'The requests are forgotten.');
  });
  find('export').addEventListener('click', async ({ currentTarget }) => {
    let count = 0;
    const isExported = await attempt(currentTarget, async () => {
      const archive = await callConsole('journal/export', find('only-app').checked ? { appKey: chosenApp() } : {});
      count = archive.log.entries.length;
      download('nexconn-mock.har', JSON.stringify(archive, null, 2));
    });
    const requests = count === 1 ? 'request is' : 'requests are';
    if (isExported) tell(currentTarget, `${count} ${requests} exported; secrets, tokens and signatures are masked.`);
  });
}

function bindUsersAndTokens() {
  find('app').addEventListener('change', () => {
    // What was said is about the app before.
    for (const message of document.querySelectorAll('.side .message')) message.textContent = '';
    users.restart();
    tokens.restart();
    showEntries();
    return quietly();
  });
  find('search-users').addEventListener('input', () => {
    users.restart();
    return quietly();
  });
  find('check-token').addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const token = form.elements.token.value.trim();
    if (token === '') return tell(form, 'Paste a token first.', true);
    let answer;
    const isChecked = await attempt(form, async () => {
      answer = await callConsole('tokens/check', { appKey: chosenApp(), token });
    });
    if (!isChecked) return;
    const whose = answer.userId === undefined ? '' : ` It is ${answer.userId}'s.`;
    tell(form, `${answer.code}: ${answer.meaning}${whose}`, answer.code !== 0);
  });
}

const views = ['requests', 'send', 'coverage'];

/** Shows the view that the address names; the side of the app stands beside the first. */
function showView() {
  const name = views.find((each) => location.hash === `#${each}`) ?? views[0];
  for (const each of views) find(`view-${each}`).hidden = each !== name;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (name === 'coverage') quietly();
}

/** Another document may be played meanwhile; it is asked for as often as what the requests change, and not with each of them. */
function readAll() {
  return Promise.all([readDocument(), refresh()]);
}

/** Follows the journal for as long as the page is open. */
async function follow() {
  for (;;) {
    try {
      replaceEntries((await callConsole('journal/list', { limit: maxRows })).entries);
      await readAll();
      setConnection('live', 'good');
      for (;;) {
        const news = { afterId: lastId(), limit: 1, timeoutMs: pollMs, allowFewer: true };
        if ((await callConsole('journal/wait-for', news)).entries.length === 0) continue;
        await readNews();
        await refresh();
        await wait(restMs);
      }
    } catch {
      setConnection('not connected', 'bad');
      await wait(retryMs);
    }
  }
}

/** Not all that have come since: of many only the last ones are shown. */
async function readNews() {
  const latest = await callConsole('journal/list', { limit: maxRows });
  takeEntries(latest.entries.filter(({ id }) => id > lastId()));
}

/** A list that is longer than its place is scrolled by keyboard too. */
function makeScrollable(region) {
  region.tabIndex = 0;
  region.setAttribute('role', 'group');
  region.setAttribute('aria-labelledby', region.closest('section').getAttribute('aria-labelledby'));
}

for (const region of document.querySelectorAll('.side .scroll, #view-coverage .scroll')) makeScrollable(region);
bindApp(refresh);
bindRequests();
bindUsersAndTokens();
bindFaultForm({ appKey: chosenApp, onDone: refresh });
bindCoverage();
bindSend({
  openEntry(id) {
    location.hash = '#requests';
    showView();
    openEntry(id);
  },
  async onSent() {
    await readNews();
    await refresh();
  },
});
addEventListener('hashchange', showView);
showView();
setInterval(() => readAll().catch(() => undefined), refreshMs);
setInterval(tick, 1000);
follow();
