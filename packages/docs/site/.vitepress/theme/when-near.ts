import type { Route } from 'vitepress';
import { watch } from 'vue';

/**
 * Waits until what the build has rendered of a component comes near the window: what it is made of need not be loaded before.
 * Without it, as on a page that is not the first one, there is nothing to wait for.
 */
export async function whenNear(name: string, route: Route): Promise<void> {
  const rendered = typeof document === 'undefined' ? null : document.querySelector(`[data-rendered="${name}"]`);
  if (!rendered) return;
  await new Promise<void>((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: '300px' },
    );
    observer.observe(rendered);
    // A reader who goes on, and comes back, gets one that was not rendered before.
    watch(
      () => route.path,
      () => resolve(),
      { once: true },
    );
  });
}
