// What samples of the app side take for granted, as a page of an app has it; `preload.ts` has the same to run them.

/** The chat SDK. */
declare const NCEngine: { connect(options: { token: string }): Promise<{ code: number }> };
/** Who is logged in to the app. */
declare const session: { readonly userId: string; readonly accessToken: string };
declare const logOutButton: { onclick: (() => unknown) | null };
/** Calls a listener with each status of the chat connection; what it returns ends that. */
declare function watchConnection(listener: (status: { code: number }) => void): () => void;
