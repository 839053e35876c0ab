const find = (id) => document.getElementById(id);

let answered = Promise.resolve();

/** Resolves with whether the answer is yes; a question waits until the one before it is answered. */
export function ask(question) {
  // A dialog tells of its closing later: asked at once again, it would take the old answer for the new one.
  answered = answered.then(() => askNow(question));
  return answered;
}

function askNow({ title, text, choice = false, secret = '', yes = 'Yes', no = 'Cancel' }) {
  const dialog = find('question');
  find('question-title').textContent = title;
  find('question-text').textContent = text;
  find('question-choice').hidden = !choice;
  find('question-secret').textContent = secret;
  find('question-yes').textContent = yes;
  find('question-no').textContent = no;
  find('question-no').hidden = secret !== '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        find('question-secret').textContent = '';
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
  });
}
