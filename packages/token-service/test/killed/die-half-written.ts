// Opens a database, writes more than fits into its cache, and dies before the end of the transaction.
import { openDatabase } from '../../src/sqlite/open-database.js';

const [path = ''] = process.argv.slice(2);
const database = await openDatabase(path);
database.exec(
  "PRAGMA cache_size = 5; INSERT INTO facts VALUES ('kept', 'yes'); BEGIN; UPDATE facts SET value = 'half'",
);
process.kill(process.pid, 'SIGKILL');
