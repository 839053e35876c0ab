import { button, element, tell } from './build-elements.js';
import { attempt, callConsole } from './call-console.js';
import { bodyBlock } from './entry-detail.js';
import { offerErrors } from './faults.js';

const find = (id) => document.getElementById(id);
const form = find('send');

/** The document as it was read last. */
let played = { operations: [] };
let shown = '';

/** Reads the document, and makes the form anew where it has changed. */
export async function readDocument() {
  const document = await callConsole('document/describe');
  const text = JSON.stringify(document);
  if (text === shown) return;
  shown = text;
  played = document;
  find('document-title').textContent = `${document.title} ${document.version}`;
  offerErrors(document.errors);
  const select = form.elements.operation;
  const chosen = select.value;
  select.replaceChildren(
    ...document.operations.map(({ operationId, summary }) => {
      const option = element('option', '', `${operationId}: ${summary}`);
      option.value = operationId;
      option.selected = operationId === chosen;
      return option;
    }),
  );
  showFields();
}

function chosenOperation() {
  return played.operations.find(({ operationId }) => operationId === form.elements.operation.value);
}

function showFields() {
  const operation = chosenOperation();
  find('send-line').textContent = operation
    ? `${operation.method} ${operation.path}`
    : 'The document has no operation.';
  form.elements.signed.checked = operation?.signed ?? false;
  find('send-fields').replaceChildren(...(operation?.fields ?? []).map(fieldControl));
}

/** Returns the control of a field, filled with the example of the document where the field is required. */
function fieldControl(field, at) {
  const { name, in: place, type, required, description, example, values } = field;
  const control = controlOf(type, values ?? (type === 'boolean' ? ['true', 'false'] : undefined), required);
  control.id = `field-${at}`;
  control.required = required && type !== 'string';
  control.dataset.at = String(at);
  if (required && example !== undefined) control.value = example;
  const label = element('label', '', name, element('span', 'quiet', ` ${required ? '' : 'optional, '}${place}`));
  label.htmlFor = control.id;
  const made = element('div', 'field', label, control);
  const suggestion = !required && example !== undefined && `Such as ${example.slice(0, 60)}`;
  const hints = [description, suggestion].filter(Boolean);
  if (hints.length > 0) {
    const hint = element('p', 'hint', hints.join(' '));
    hint.id = `${control.id}-hint`;
    control.setAttribute('aria-describedby', hint.id);
    made.append(hint);
  }
  return made;
}

function controlOf(type, values, required) {
  if (values) {
    const select = element('select', '');
    for (const value of required ? values : ['', ...values]) select.add(new Option(value, value));
    return select;
  }
  if (type === 'json') return element('textarea', 'code-text');
  const input = element('input', '');
  input.autocomplete = 'off';
  return input;
}

/** Returns what is to be sent; throws an error that names the field where one cannot be read. */
function readRequest() {
  const operation = chosenOperation();
  const query = new URLSearchParams();
  const headers = [];
  let { path } = operation;
  let body;
  for (const control of form.querySelectorAll('[data-at]')) {
    const field = operation.fields[Number(control.dataset.at)];
    const { value } = control;
    if (value === '' && !(field.required && field.type === 'string')) continue;
    if (field.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (field.in === 'query') query.append(field.name, value);
    else if (field.in === 'header') headers.push({ name: field.name, value });
    else body = { ...body, [field.name]: fieldValue(field, value) };
  }
  const fault = form.elements.mockFault.value.trim();
  if (fault) headers.push({ name: 'X-Mock-Fault', value: fault });
  if (operation.contentType) headers.push({ name: 'Content-Type', value: operation.contentType });
  return {
    appKey: find('app').value,
    method: operation.method,
    target: query.size > 0 ? `${path}?${query}` : path,
    headers,
    ...(operation.contentType && { body: JSON.stringify(body ?? {}) }),
    signed: form.elements.signed.checked,
  };
}

/** A text that is no value of its type is sent as it is: what the API says of it is worth seeing. */
function fieldValue({ type }, value) {
  if (type === 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function showAnswer({ id, answer }, openEntry) {
  const { status, body, cut } = answer;
  const isGood = status >= 200 && status < 300;
  const headers = answer.headers.flatMap(({ name, value }) => [
    element('dt', 'code-text', name),
    element('dd', 'code-text', value),
  ]);
  find('sent').replaceChildren(
    element(
      'p',
      `verdict-line ${isGood ? 'good' : 'bad'}`,
      cut ? `${status || 'No answer'}: ${cut}` : `Answered ${status}`,
    ),
    element('dl', 'headers', ...headers),
    body === '' ? element('p', 'quiet', 'No body.') : bodyBlock(body),
    ...(id === undefined ? [] : [button('Open the request', '', () => openEntry(id))]),
  );
}

/** Binds the form; `onSent` is called once the list of requests is to be read anew. */
export function bindSend({ openEntry, onSent }) {
  form.elements.operation.addEventListener('change', showFields);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!chosenOperation()) return tell(form, 'The document has no operation.', true);
    const isSent = await attempt(form, async () => {
      showAnswer(await callConsole('requests/send', readRequest()), openEntry);
    });
    if (isSent) await onSent();
  });
}
