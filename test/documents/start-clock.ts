/** Starts to count the CPU time of this process, and returns what tells it in milliseconds. */
export function startClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / 1000);
  };
}
