/** Tells a listener of the caller's own, whose failure must take nobody's token away. */
export function tell(listener: () => void): void {
  try {
    listener();
  } catch {
    // A failing log has no other log.
  }
}
