import { callConsole } from './call-console.js';

const form = document.getElementById('fault');
const steps = document.getElementById('steps');
/** The most that the console takes. */
const maxSteps = 100;

/** Binds the form for faults; `submit` is called with the action, and the message once it is done. */
export function bindFaultForm({ appKey, submit }) {
  document.getElementById('add-step').addEventListener('click', () => addStep().elements.kind.focus());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const rule = { appKey: appKey(), ...readRule() };
    submit('The fault is set.', () => callConsole('faults/set', rule));
  });
  addStep();
}

function addStep() {
  const step = document.getElementById('step').content.firstElementChild.cloneNode(true);
  step.elements.kind.addEventListener('change', () => showFields(step));
  step.elements.remove.addEventListener('click', () => removeStep(step));
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
    label.querySelector('input').disabled = !fits;
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
