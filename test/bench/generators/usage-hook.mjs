// Loaded into a command and the processes that it starts: as each ends, it writes what it has used.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1_000 };
  writeFileSync(join(process.env.USAGE_FOLDER, `${process.pid}.json`), JSON.stringify(usage));
});
