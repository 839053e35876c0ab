// What outlives a reload. A browser may block either storage: the page then forgets, and nothing else changes.

function storageOf(kind: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return window[kind];
  } catch {
    return undefined;
  }
}

/** Returns what was kept: of this tab first, then of this browser. */
export function recall(name: string): string | undefined {
  for (const kind of ['sessionStorage', 'localStorage'] as const) {
    try {
      const found = storageOf(kind)?.getItem(`nexconn-demo-${name}`);
      if (found) return found;
    } catch {
      // Blocked.
    }
  }
  return undefined;
}

/** Keeps a text for this tab alone. */
export function keepForTab(name: string, value: string): void {
  try {
    storageOf('sessionStorage')?.setItem(`nexconn-demo-${name}`, value);
  } catch {
    // Blocked, or full.
  }
}

/** Keeps a text for this tab and for new ones; `undefined` forgets it. */
export function keep(name: string, value: string | undefined): void {
  for (const kind of ['sessionStorage', 'localStorage'] as const) {
    try {
      if (value === undefined) storageOf(kind)?.removeItem(`nexconn-demo-${name}`);
      else storageOf(kind)?.setItem(`nexconn-demo-${name}`, value);
    } catch {
      // Blocked, or full.
    }
  }
}
