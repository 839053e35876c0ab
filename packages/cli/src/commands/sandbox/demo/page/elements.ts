type Child = Node | string;

/** Returns an element with its classes and what is in it; texts are texts, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** Returns a button that does nothing but what it is told. */
export function button(className: string, text: string, onPress: () => void): HTMLButtonElement {
  const made = element('button', className, text);
  made.type = 'button';
  made.addEventListener('click', onPress);
  return made;
}

/** Returns the element of the page with that ID. */
export function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found;
}

/** Copies a text, and says so on the button for a while. */
export async function copyFrom(pressed: HTMLButtonElement, text: string): Promise<void> {
  const label = pressed.dataset.label ?? pressed.textContent ?? '';
  pressed.dataset.label = label;
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  pressed.textContent = isCopied ? 'Copied' : 'The browser refuses';
  setTimeout(() => {
    pressed.textContent = label;
  }, 1500);
}

/** Returns a time of this machine's day, to the millisecond: `12:04:11.020`. */
export function timeOf(at: number): string {
  const time = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** Returns a duration in the unit that one reads: `20 ms`, `1.2 s`. */
export function durationOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
