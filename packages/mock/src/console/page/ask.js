import { copy } from './call-console.js';

const find = (id) => document.getElementById(id);

let answered = Promise.resolve();
/** The secret that the open dialog stands for; it is in no element until somebody asks for it. */
let shownSecret = '';

/** Resolves with whether the answer is yes; a question waits until the one before it is answered. */
export function ask(question) {
  // A dialog tells of its closing later: asked at once again, it would take the old answer for the new one.
  answered = answered.then(() => askNow(question));
  return answered;
}

/** Shows a new App Secret, masked, until the dialog is closed. */
export function showSecret(title, appKey, secret) {
  const text = `The App Secret of ${appKey} can be copied now and never again. Nobody else is told.`;
  return ask({ title, text, secret, yes: 'Close' });
}

function askNow({ title, text, choice = false, secret = '', yes = 'Yes', no = 'Cancel' }) {
  const dialog = find('question');
  find('question-title').textContent = title;
  find('question-text').textContent = text;
  find('question-choice').hidden = !choice;
  find('question-secret-place').hidden = secret === '';
  find('question-message').textContent = '';
  shownSecret = secret;
  mask();
  find('question-yes').textContent = yes;
  find('question-yes').classList.toggle('next', secret === '');
  find('question-no').textContent = no;
  find('question-no').hidden = secret !== '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        shownSecret = '';
        find('question-secret').textContent = '';
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}

function mask(isMasked = true) {
  find('question-secret').textContent = isMasked && shownSecret ? '•'.repeat(16) : shownSecret;
  find('question-mask').textContent = isMasked ? 'masked' : 'shown';
  find('question-show').textContent = isMasked ? 'Show' : 'Mask';
}

find('question-show').addEventListener('click', () => mask(find('question-mask').textContent !== 'masked'));
find('question-copy').addEventListener('click', (event) => copy(event.currentTarget, shownSecret, 'The App Secret'));
