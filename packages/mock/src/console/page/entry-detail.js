import { button, element, legibleBody, tell } from './build-elements.js';
import { attempt, callConsole, copy } from './call-console.js';
import { prefillFault } from './faults.js';

/** Returns what a row opens to; it is filled once the mock has answered. */
export function entryDetail(entry) {
  const place = element('div', 'detail', element('p', 'quiet loading', 'Reading the request…'), message());
  attempt(place, async () => {
    const details = await callConsole('journal/get', { id: entry.id, baseUrl: location.origin });
    place.replaceChildren(...partsOf(details), actionsOf(details), message());
  }).then((isRead) => {
    if (!isRead) place.querySelector('.loading').remove();
  });
  return place;
}

function message() {
  const made = element('p', 'message quiet');
  made.setAttribute('role', 'status');
  return made;
}

function partsOf({ entry, request, answer, signature }) {
  if (!request) {
    const note = 'Only the last requests are kept whole, and none that could not be read to its end.';
    return [element('p', 'verdict-line', sentenceOf(entry)), element('p', 'quiet', note)];
  }
  return [
    element('p', `verdict-line ${isGood(entry) ? 'good' : 'bad'}`, sentenceOf(entry)),
    ...(signature ? [signatureOf(signature)] : []),
    element(
      'div',
      'sides',
      side('Request', `${request.method} ${request.target}`, request),
      side('Answer', answer.cut ? `${answer.status || 'nothing'} (${answer.cut})` : `${answer.status}`, answer),
    ),
  ];
}

function isGood({ status, code, fault }) {
  return !fault && status >= 200 && status < 300 && !code;
}

function sentenceOf({ status, code, reason, fault, durationMs }) {
  const time = `in ${durationMs.toFixed(1)} ms`;
  if (fault) return `A fault was played: ${fault}, ${time}.`;
  if (reason) return `Refused: ${reason}`;
  if (status === 0) return `Cut off without an answer, ${time}.`;
  return `Answered ${status}${code === undefined ? '' : `, code ${code}`}, ${time}.`;
}

function side(title, line, { headers, body, bodyBytes }) {
  const fields = headers.flatMap(({ name, value }) => [
    element('dt', 'code-text', name),
    element('dd', 'code-text', value),
  ]);
  return element(
    'div',
    'side-of-exchange',
    element('h3', '', title),
    element('p', 'code-text line', line),
    element('dl', 'headers', ...fields),
    body === '' ? element('p', 'quiet', 'No body.') : bodyBlock(body),
    ...(body.length >= 16_384 ? [element('p', 'quiet', `The beginning of ${bodyBytes} bytes.`)] : []),
  );
}

/** Returns a body as text that can be scrolled by keyboard. */
export function bodyBlock(body) {
  const block = element('pre', 'code', legibleBody(body));
  block.tabIndex = 0;
  block.setAttribute('role', 'group');
  block.setAttribute('aria-label', 'Body');
  return block;
}

function signatureOf({ cause, signed, expected }) {
  const because = cause
    ? `The mistake: ${cause}.`
    : 'No known mistake explains it: another App Secret, or another text.';
  return element(
    'div',
    'signature',
    element('h3', '', 'What was signed'),
    element(
      'dl',
      'compared',
      ...(signed ? compared('was signed', signed) : []),
      ...compared('should be signed', expected),
    ),
    element('p', 'quiet', signed ? `What differs is marked.${cause ? ` ${because}` : ''}` : because),
  );
}

function compared(title, { method, methodDiffers, parts }) {
  const texts = parts
    .flatMap(({ text, differs }) => [part(text, differs), element('span', 'quiet', ' + ')])
    .slice(0, -1);
  return [
    element('dt', '', title),
    element('dd', 'code-text', ...texts, element('span', 'quiet', ' as '), part(method, methodDiffers)),
  ];
}

function part(text, differs) {
  return differs ? element('mark', '', text, element('span', 'hidden-text', ' (differs)')) : element('span', '', text);
}

function actionsOf({ entry, curl, test, request }) {
  const place = element('div', 'buttons');
  if (!request) return place;
  place.append(
    button('Copy as curl', '', (event) => copy(event.currentTarget, curl, 'The curl command')),
    button('Copy as test', '', (event) => copy(event.currentTarget, test, 'The test')),
    button('Replay', '', ({ currentTarget }) =>
      attempt(currentTarget, async () => {
        const { answer } = await callConsole('requests/replay', { id: entry.id });
        tell(currentTarget, `Sent again: ${answer.status || 'no answer'}. It is the newest request.`);
      }),
    ),
    button('Make this a fault', '', () => prefillFault(entry)),
  );
  return place;
}
