/** Returns why this browser signs nothing in this page; `undefined` where it does. */
export function whyNoSigning(window: {
  readonly isSecureContext: boolean;
  readonly origin: string;
}): string | undefined {
  if (window.isSecureContext) return undefined;
  return (
    `Browsers have the functions that sign only on https: and on this machine, and this page is open by ${window.origin}. ` +
    'Open it by http://127.0.0.1 or https:.'
  );
}
