import { tell } from './build-elements.js';

/** Calls an operation of the console; throws an error with the message of the answer. */
export async function callConsole(path, request = {}) {
  const response = await fetch(`/_console/api/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  });
  const answer = response.status === 204 ? undefined : await response.json();
  if (response.ok) return answer;
  // Whoever has filled in a form has called no operation.
  const message = answer.message.replace(/^\w+ cannot be called so\. /, '');
  throw Object.assign(new Error(message), { code: answer.code });
}

/** Runs what a control stands for; what went wrong is said beside it. Returns whether all went well. */
export async function attempt(control, action) {
  try {
    tell(control, '');
    await action();
    return true;
  } catch (error) {
    tell(
      control,
      error.code === undefined ? 'The mock does not answer. Look whether it still runs.' : error.message,
      true,
    );
    return false;
  }
}

/** Copies a text, and says so beside the control; where the browser has no clipboard, as on another host, it says that. */
export async function copy(control, text, what) {
  try {
    await navigator.clipboard.writeText(text);
    tell(control, `${what} is copied.`);
    return true;
  } catch {
    tell(control, 'The browser lets no page copy here. Open the console by localhost, or select the text.', true);
    return false;
  }
}
