import { keep, recall } from './kept.js';

/** Has the button switch between light and dark, from what the system prefers or was chosen before. */
export function bindTheme(pressed: HTMLElement): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const current = () => root.dataset.theme ?? (system.matches ? 'dark' : 'light');

  function show(): void {
    const other = current() === 'dark' ? 'Light' : 'Dark';
    pressed.textContent = other;
    pressed.setAttribute('aria-label', `${other} colours`);
  }

  const chosen = recall('theme');
  if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen;
  pressed.addEventListener('click', () => {
    root.dataset.theme = current() === 'dark' ? 'light' : 'dark';
    keep('theme', root.dataset.theme);
    show();
  });
  system.addEventListener('change', show);
  show();
}
