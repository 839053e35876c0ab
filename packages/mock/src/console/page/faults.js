import { element, tell } from './build-elements.js';
import { attempt, callConsole } from './call-console.js';

const form = document.getElementById('fault');
const steps = document.getElementById('steps');
/** The most that the console takes. */
const maxSteps = 100;

/** Binds the form for faults; `onDone` is called once one is set. */
export function bindFaultForm({ appKey, onDone }) {
  document.getElementById('add-step').addEventListener('click', () => addStep().elements.kind.focus());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const rule = { appKey: appKey(), ...readRule() };
    const isSet = await attempt(form, () => callConsole('faults/set', rule));
    if (!isSet) return;
    tell(form, 'The fault is set.');
    await onDone();
  });
  addStep();
}

/** The errors of the catalogue, as the steps offer them. */
let catalogue = [];

/** Offers the errors of the document by name. */
export function offerErrors(errors) {
  if (JSON.stringify(errors) === JSON.stringify(catalogue)) return;
  catalogue = errors;
  for (const step of steps.children) fillCodes(step.elements.code);
}

function fillCodes(select) {
  const chosen = select.value || '1008';
  select.replaceChildren(
    ...catalogue.map(({ code, name, httpStatus }) => {
      const option = element('option', '', `${code} ${name} (HTTP ${httpStatus})`);
      option.value = String(code);
      option.selected = option.value === chosen;
      return option;
    }),
  );
}

/** Fills the form with what answers as an entry was answered, for its user. */
export function prefillFault({ status, code, fault, userId }) {
  while (steps.children.length > 1) steps.lastElementChild.remove();
  const [step] = steps.children;
  const [kind, value] = (fault ?? '').split('=');
  const isKnown = catalogue.some((error) => error.code === code);
  step.elements.kind.value = kind || (status === 0 ? 'reset' : isKnown ? 'answer' : 'latency');
  for (const name of ['status', 'ms', 'jitterMs']) step.elements[name].value = '';
  showFields(step);
  if (isKnown) step.elements.code.value = String(code);
  else if (value) step.elements[kind === 'latency' ? 'ms' : 'status'].value = value;
  form.elements.userId.value = userId ?? '';
  numberSteps();
  form.scrollIntoView({ block: 'center' });
  step.elements.kind.focus();
  tell(form, 'Set it, and the next request meets it.');
}

function addStep() {
  const step = document.getElementById('step').content.firstElementChild.cloneNode(true);
  step.elements.kind.addEventListener('change', () => showFields(step));
  step.elements.remove.addEventListener('click', () => removeStep(step));
  fillCodes(step.elements.code);
  steps.append(step);
  showFields(step);
  numberSteps();
  return step;
}

function removeStep(step) {
  const next = step.nextElementSibling ?? step.previousElementSibling;
  step.remove();
  numberSteps();
  const { remove, kind } = next.elements;
  (remove.hidden ? kind : remove).focus();
}

/** The one step that there must be cannot be removed. */
function numberSteps() {
  const all = [...steps.children];
  for (const [index, step] of all.entries()) {
    const name = `Step ${index + 1}`;
    step.querySelector('legend').textContent = name;
    step.elements.remove.hidden = all.length === 1;
    step.elements.remove.setAttribute('aria-label', `Remove ${name.toLowerCase()}`);
  }
  document.getElementById('add-step').disabled = all.length >= maxSteps;
}

/** Shows the fields that the kind of the step has; those that are hidden are not checked either. */
function showFields(step) {
  const { value } = step.elements.kind;
  for (const label of step.querySelectorAll('[data-kinds]')) {
    const fits = label.dataset.kinds.split(' ').includes(value);
    label.hidden = !fits;
    label.querySelector('input, select').disabled = !fits;
  }
}

function readRule() {
  const { userId, times } = form.elements;
  const whom = userId.value.trim();
  return { sequence: [...steps.children].map(readStep), times: Number(times.value), ...(whom && { userId: whom }) };
}

function readStep({ elements }) {
  if (elements.kind.value === 'success') return 'success';
  const step = { kind: elements.kind.value };
  for (const name of ['code', 'status', 'ms', 'jitterMs']) {
    const { disabled, value } = elements[name];
    if (!disabled && value !== '') step[name] = Number(value);
  }
  return step;
}

/** Returns the list item of a fault that is set: what happens to whom, and how far it has come. */
export function faultItem({ sequence, userId, operationId, times, taken }) {
  const whom = [operationId, userId && `user ${userId}`].filter((part) => part).join(', ');
  const often = times === 0 ? `until cleared, ${taken} taken` : `${taken} of ${times * sequence.length} taken`;
  return element('li', '', `${sequence.map(stepText).join(', ')}${whom ? ` for ${whom}` : ''}: ${often}`);
}

function stepText(step) {
  if (step === 'success') return step;
  const { kind, ms, jitterMs, code, status } = step;
  const more = [code, status && `HTTP ${status}`, ms !== undefined && `${ms} ms`, jitterMs && `±${jitterMs} ms`];
  return [kind, ...more.filter((part) => part)].join(' ');
}
