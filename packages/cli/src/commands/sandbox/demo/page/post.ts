/**
 * Resolves with what the sandbox answers.
 *
 * @throws {Error} with what it says, where it refuses, and in our words where it is not there: each browser has its own
 */
export async function post<Answer>(path: string, body: object): Promise<Answer> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
  }).catch((cause: unknown) => {
    throw new Error('the sandbox does not answer', { cause });
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? `the sandbox answers ${response.status}`);
  return answer;
}
