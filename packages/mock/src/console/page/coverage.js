import { element, fill, row, tell } from './build-elements.js';
import { attempt, callConsole } from './call-console.js';

const find = (id) => document.getElementById(id);
let shown = '';

/** Reads the coverage and shows it if it changed. */
export async function readCoverage() {
  const coverage = await callConsole('coverage/get');
  const text = JSON.stringify(coverage);
  if (text === shown) return;
  shown = text;
  const { operations, codes, elsewhere, met, total, percent } = coverage;
  find('coverage-share').textContent = `${percent} %`;
  find('coverage-bar').value = percent;
  const others =
    elsewhere === 0 ? '' : ` ${elsewhere} ${elsewhere === 1 ? 'request was' : 'requests were'} for no operation.`;
  find('coverage-text').textContent = `${met} of ${total} operations, statuses and error codes were met.${others}`;
  fill('covered', operations.map(operationRow));
  fill('codes', codes.map(codeRow));
}

function operationRow({ operationId, method, path, count, statuses }) {
  return row(
    ['', met(count)],
    ['wide', element('span', '', operationId), element('span', 'reason code-text', `${method} ${path}`)],
    ['number', String(count)],
    ['statuses', ...statuses.map(statusChip)],
  );
}

/** What a status is to the document, and the look of it. */
function statusState({ status, documented, count }) {
  if (status === 0) return ['nothing was sent', 'warn'];
  if (documented === 'no') return ['not in the document', 'warn'];
  if (documented === 'range') return ['documented by a range', ''];
  return count > 0 ? ['met', 'good'] : ['missed', 'missed'];
}

function statusChip(each) {
  const [state, className] = statusState(each);
  const { status, count } = each;
  const text = status === 0 ? 'no answer' : String(status);
  const chip = element('span', `chip ${className}`, text, element('span', 'hidden-text', ` ${state}, `));
  chip.title = `${state}: ${count} ${count === 1 ? 'answer' : 'answers'}`;
  return chip;
}

function codeRow({ code, name, count }) {
  return row(['', met(count)], ['number', String(code)], ['wide', name], ['number', String(count)]);
}

function met(count) {
  return count > 0 ? element('span', 'good', 'met') : element('span', 'quiet', 'missed');
}

export function bindCoverage() {
  find('clear-coverage').addEventListener('click', async ({ currentTarget }) => {
    const isCleared = await attempt(currentTarget, async () => {
      await callConsole('coverage/clear');
      await readCoverage();
    });
    if (isCleared) tell(currentTarget, 'It counts anew.');
  });
}
