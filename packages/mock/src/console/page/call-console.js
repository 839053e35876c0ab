/** Calls an operation of the console; throws an error with the message of the answer. */
export async function callConsole(path, request = {}) {
  const response = await fetch(`/_console/api/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  });
  const answer = response.status === 204 ? undefined : await response.json();
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.message), { code: answer.code });
}
