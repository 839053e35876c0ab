import type { Plugin } from 'vitepress';

type Replacement = readonly [found: string, put: string];

/** What stands in VitePress's theme that keeps assistive technology from saying what is there, and what it becomes. */
const mended: Record<string, readonly Replacement[]> = {
  // Its name is what it says, without the key.
  'VPNavBarSearchButton.vue': [
    [` :aria-label="translate('button.buttonAriaLabel')"`, ''],
    ['<span class="DocSearch-Button-Keys">', '<span class="DocSearch-Button-Keys" aria-hidden="true">'],
  ],
  // It has a name before its script runs, too.
  'VPSwitchAppearance.vue': [["const switchTitle = ref('')", "const switchTitle = ref('Switch to dark theme')"]],
  // A dialog with a combobox, whose options are links, and not a button around all of it.
  'VPLocalSearchBox.vue': [
    [
      `      role="button"
      :aria-owns="results?.length ? 'localsearch-list' : undefined"
      aria-expanded="true"
      aria-haspopup="listbox"
      aria-labelledby="localsearch-label"
      class="VPLocalSearchBox"`,
      `      role="dialog"
      aria-modal="true"
      aria-label="Search"
      class="VPLocalSearchBox"`,
    ],
    [`aria-autocomplete="both"`, `role="combobox" :aria-expanded="results?.length > 0" aria-autocomplete="list"`],
    [
      `            aria-labelledby="localsearch-label"\n            autocapitalize`,
      `            :aria-label="buttonText"\n            autocapitalize`,
    ],
    [
      `:aria-labelledby="results?.length ? 'localsearch-label' : undefined"`,
      `:aria-label="results?.length ? 'Results' : undefined"`,
    ],
    [
      `            :id="'localsearch-item-' + index"
            :aria-selected="selectedIndex === index ? 'true' : 'false'"
            role="option"`,
      `            role="presentation"`,
    ],
    [
      `              :aria-label="[...p.titles, p.title].join(' > ')"`,
      `              role="option"
              :id="'localsearch-item-' + index"
              :aria-selected="selectedIndex === index ? 'true' : 'false'"`,
    ],
    ['<span class="title-icon">#</span>', '<span class="title-icon" aria-hidden="true">#</span>'],
    ['<kbd :aria-label', '<kbd role="img" :aria-label'],
  ],
};

/**
 * Returns the plugin that mends VitePress's theme as it is built.
 *
 * @throws Error, which fails the build, where a piece is not there any more: VitePress has changed, and this file has to follow
 */
export function mendTheme(): Plugin {
  return {
    name: 'nexconn-docs:mend-theme',
    enforce: 'pre',
    transform(code: string, id: string): string | undefined {
      const name = Object.keys(mended).find((each) => id.endsWith(`/theme-default/components/${each}`));
      return name === undefined
        ? undefined
        : (mended[name] ?? []).reduce((text, each) => replaced(text, each, name), code);
    },
  };
}

function replaced(text: string, [found, put]: Replacement, name: string): string {
  if (!text.includes(found))
    throw new Error(`${name} of VitePress has no ${found.trim()} any more. Correct mend-theme.ts.`);
  return text.replaceAll(found, () => put);
}
