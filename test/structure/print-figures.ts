import { type Figures, measure } from './figures.js';
import { workspaces } from './folder-layers.js';

// npm run structure: the figures of the source tree, a line a workspace, then all of them.
const names = Object.keys(workspaces);

console.table({
  ...Object.fromEntries(names.map((name) => [name, lineOf(measure([name]))])),
  all: lineOf(measure(names)),
});

function lineOf(figures: Figures): Record<string, string | number> {
  return {
    files: figures.files,
    'largest folder': `${figures.largestFolder.files} ${figures.largestFolder.path}`,
    '≤ 15 lines': `${(figures.shortShare * 100).toFixed(1)} %`,
    'longest file': `${figures.longestFile.lines} ${figures.longestFile.path}`,
    'median file': figures.medianFileLines,
    functions: figures.functions,
    'median function': figures.medianFunctionLines,
    '90 % of functions ≤': figures.ninetiethPercentileFunctionLines,
    cycles: figures.cycles,
    'upward imports': figures.upwardImports,
  };
}
