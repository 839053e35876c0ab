/** Returns what keeps this process alive: sockets and timers, by kind. */
export function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /Socket|TCP|TLS|Timeout|Immediate|DNS|GetAddrInfo/i.test(name))
    .sort();
}

/** Waits until nothing is open beyond the baseline, and resolves with what is still open after a minute. */
export async function resourcesBeyond(baseline: readonly string[]): Promise<string[]> {
  const endsAt = performance.now() + 60_000;
  for (;;) {
    const left = [...baseline];
    const beyond = openResources().filter((name) => {
      const at = left.indexOf(name);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    if (beyond.length === 0 || performance.now() > endsAt) return beyond;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
