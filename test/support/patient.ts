/** Options of a client whose test is about answers: they decide, not the speed of a busy machine. */
export const patient: { readonly timeoutMs: number; readonly deadlineMs: number } = {
  timeoutMs: 60_000,
  deadlineMs: 300_000,
};

/** Options of a token service whose test is about tokens: its store decides, not the speed of a busy machine. */
export const patientService: { readonly storeTimeoutMs: number } = { storeTimeoutMs: 60_000 };
