import type { MeasuredFigures, StoreFigures } from '../types.js';

const crowds = [1e6, 1e7, 1e8];
const herds = [1e3, 1e4, 1e5, 1e6];
const stores = { sqlite: 'SQLite', redis: 'Redis', postgres: 'PostgreSQL' };
const pageSize = 500;
const largest = Math.max(...crowds);

/** Returns the text for each `{{name}}` of the guide: what was measured, and what follows from it. */
export function guideFigures({ machine, tokenService, tokenStores }: MeasuredFigures): Record<string, string> {
  const { reissuePerSecond, reissueStoredUsers, reissueGrowthMegabytes } = tokenService;
  // Rounded as the guide shows it, so that a reader who calculates with it comes to the same.
  const perSecond = Number(reissuePerSecond.toFixed(1));
  const most = tokenStores.reduce((a, b) => (a.storedUsers > b.storedUsers ? a : b));
  const during = (seconds: number): string => millions(perSecond * seconds);
  return {
    machine,
    serviceCommand: 'npm run bench -- token-service',
    storesCommand: 'npm run bench -- token-stores',
    perSecond: `${perSecond}`,
    perHour: whole(Math.round(perSecond * 3600)),
    perDay: during(86_400),
    quietNight: during(8 * 3600),
    queued: whole(Math.round(perSecond * 10)),
    pageSeconds: (pageSize / perSecond).toFixed(1),
    growth: `${Math.round(reissueGrowthMegabytes)} MB`.replace('-', '−'),
    reissueStoredUsers: whole(reissueStoredUsers),
    storedUsers: whole(most.storedUsers),
    everybodyLargest: duration(largest / perSecond),
    postgresCountLargest: duration((most.postgresCountMs / 1000) * (largest / most.storedUsers)),
    everybodyTable: table(
      ['>users', '>time'],
      crowds.map((users) => [millions(users), duration(users / perSecond)]),
    ),
    herdTable: table(
      ['>log-ins at once', '>the last one has a token after'],
      herds.map((users) => [whole(users), duration(users / perSecond)]),
    ),
    storageTable: storageTable(most),
    askingTable: askingTable(tokenStores),
  };
}

/** Returns a time with at least two digits that count: `5.0 seconds`, `1.4 hours`, `5.8 days`. */
export function duration(seconds: number): string {
  const units: [name: string, seconds: number, least: number][] = [
    ['days', 86_400, 2],
    ['hours', 3600, 1],
    ['minutes', 60, 2],
  ];
  const [name, size] = units.find(([, size, least]) => seconds >= size * least) ?? ['seconds', 1];
  return `${twoDigits(seconds / size)} ${name}`;
}

function storageTable(figures: StoreFigures): string {
  const rows = Object.entries(stores).map(([key, name]) => {
    const bytes = figure(figures, `${key}BytesPerUser`);
    return [name, `${Math.round(bytes)}`, ...crowds.map((users) => `${twoDigits((users * bytes) / 1e9)} GB`)];
  });
  return table(['store', '>bytes of one user', ...crowds.map((users) => `>${millions(users)}`)], rows);
}

function askingTable(measured: readonly StoreFigures[]): string {
  const asked = ['PageFirstMs', 'PageMiddleMs', 'PageAfterBreakMs', 'CountMs'];
  const rows = Object.entries(stores).flatMap(([key, name]) =>
    measured.map((figures) => [
      name,
      whole(figures.storedUsers),
      ...asked.map((what) => twoDigits(figure(figures, `${key}${what}`))),
    ]),
  );
  return table(['store', '>users', '>first page', '>in the middle', '>after a break', '>count'], rows);
}

function figure(figures: StoreFigures, name: string): number {
  const value = figures[name];
  if (value === undefined) throw new Error(`many-users.json has no ${name}. Run: npm run bench -- token-stores`);
  return value;
}

/** Returns a table in Markdown; a column whose head begins with `>` stands at the right. */
function table(heads: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const sides = heads.map((head) => (head.startsWith('>') ? '--:' : '---'));
  return [line(heads.map((head) => head.replace(/^>/, ''))), line(sides), ...rows.map(line)].join('\n');
}

function twoDigits(value: number): string {
  return value >= 10 ? whole(Math.round(value)) : value.toFixed(value < 1 ? 2 : 1);
}

function whole(value: number): string {
  return value.toLocaleString('en');
}

function millions(users: number): string {
  return `${(users / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} million`;
}
