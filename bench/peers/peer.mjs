// One peer in a process of its own: node peer.mjs clickhouse|duckdb FOLDER. Reads requests as JSON lines {"sql": …}, answers {"ms": …, "cpu_ms": …, "rows": [lines parted by tabs], "resident_mb": …, "peak_mb": …} or {"error": …}.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [engine, folder] = process.argv.slice(2);
const ask = engine === 'clickhouse' ? clickhouse() : await duckdb();

for await (const line of createInterface({ input: process.stdin })) {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    const [begin, busy] = [performance.now(), process.cpuUsage()];
    const rows = await ask(JSON.parse(line).sql);
    const ms = performance.now() - begin;
    const { user, system } = process.cpuUsage(busy);
    console.log(JSON.stringify({ ms, cpu_ms: (user + system) / 1000, rows, resident_mb: memory('VmRSS'), peak_mb: memory('VmHWM') }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
}

process.exit(0);

function clickhouse() {
  const { Session } = createRequire(import.meta.url)('chdb');
  const session = new Session(folder);
  return sql => session.query(sql, 'TSV').split('\n').filter(line => line.length > 0);
}

async function duckdb() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  return async sql => (await (await connection.run(sql)).getRows()).map(row => row.join('\t'));
}

// Megabytes; the peak is that of this request.
function memory(name) {
  return Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024);
}
