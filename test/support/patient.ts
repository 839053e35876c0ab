/** Options of a client whose test is about answers: they decide, not the speed of a busy machine. */
export const patient: { readonly timeoutMs: number; readonly deadlineMs: number } = {
  timeoutMs: 60_000,
  deadlineMs: 300_000,
};
