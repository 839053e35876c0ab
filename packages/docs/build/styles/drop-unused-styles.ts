import type { Plugin } from 'vitepress';

/** Parts of VitePress's theme that no page of this site has: their styles would be loaded with each page. */
const unused =
  /\/(VPTeam\w*|VPSponsors\w*|VPHome\w*|VPHero|VPFeatures?|VPDocAsideSponsors|VPCarbonAds)\.vue\?vue&type=style|\/vp-sponsor\.css$/;

/** The styles of a search by another company; the button of the theme's own search has its names. */
const docsearch = /\/@docsearch\/css\/.*\.css$/;

/** Returns the plugin that leaves styles out that nothing on the site has. */
export function dropUnusedStyles(): Plugin {
  return {
    name: 'nexconn-docs:drop-unused-styles',
    enforce: 'pre',
    transform(code: string, id: string): string | undefined {
      if (unused.test(id)) return '';
      return docsearch.test(id) ? withoutDialog(code) : undefined;
    },
  };
}

/** Keeps what is said of the button and of all: the dialog is another one. */
function withoutDialog(css: string): string {
  return css.replaceAll(/[^{}]+\{[^{}]*\}/g, (rule) =>
    /\.DocSearch(?!-Button)[^{]*\{/.test(rule) && !/\.DocSearch-Button/.test(rule) ? '' : rule,
  );
}
