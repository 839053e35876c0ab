import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { type Component, defineAsyncComponent } from 'vue';
import SiteLayout from './SiteLayout.vue';
import { whenNear } from './when-near.js';
import './tokens.css';
import './theme.css';

const components = import.meta.glob<{ default: Component }>('./components/*.vue');

/** The default theme, with each component of `components/` by its name, loaded by the pages that have it. */
const theme: Theme = {
  extends: DefaultTheme,
  Layout: SiteLayout,
  enhanceApp({ app, router }) {
    for (const [path, load] of Object.entries(components)) {
      const name = path.replace(/^.*\/|\.vue$/g, '');
      app.component(
        name,
        defineAsyncComponent(async () => {
          await whenNear(name, router.route);
          return (await load()).default;
        }),
      );
    }
  },
};

export default theme;
