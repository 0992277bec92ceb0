// A Temas with the demo company, as the benchmark of the pages needs it: started, loaded, its figures worked out, somebody signed in.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const workspace = 'veranda';

/** Starts a server on a free port of this machine. Loads the demo where the folder has none; the figures are worked out when it returns. */
export async function start({ dll, data, customers, days, note }) {
  const port = await freePort();
  const child = spawn('dotnet', [dll, 'serve', '--first-owner', '--demo', 'off', '--data', data, '--urls', `http://127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = {};
  const ready = new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    createInterface(child.stdout).on('line', (line) => {
      const [, name, value] = /^\s+(sign in|password)\s+(\S+)/.exec(line) ?? [];
      if (name) said[name] = value;
      if (name === 'password' || (name === 'sign in' && value === 'with')) resolve();
    });
  });
  await ready;
  const server = { child, base: `http://127.0.0.1:${port}`, port, workspace, stop: () => stop(child) };
  try {
    const temas = (...args) => run('dotnet', [dll, ...args, '--data', data]);
    const email = 'owner@temas.local';
    const begun = Date.now();
    await temas('demo', '--customers', String(customers), ...(days ? ['--days', String(days)] : []));
    server.loadSeconds = (Date.now() - begun) / 1000;
    note(`loaded in ${server.loadSeconds.toFixed(1)} s`);
    const password = said.password ?? (await temas('user', 'password', email, '--json').then((out) => JSON.parse(out).password));
    server.cookie = await signIn(port, email, password);
    const figures = Date.now();
    for (;;) {
      const answer = await get(server, `/api/overview?period=365d`);
      if (answer.status === 200 && Date.parse(JSON.parse(answer.body).asOf) >= figures - 1000) break;
      if (Date.now() - figures > 30 * 60_000) throw new Error('The figures were not worked out within half an hour.');
      // Whoever nobody touches since the last pass has no newer one: a snapshot that lists them all is as good.
      if (answer.status === 200 && Date.now() - figures > 20_000 && JSON.parse(answer.body).customers > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    server.figuresSeconds = (Date.now() - figures) / 1000;
    note(`figures after ${server.figuresSeconds.toFixed(1)} s more`);
    return server;
  } catch (e) {
    await server.stop();
    throw e;
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** One request on the connection that stays open: status, body, milliseconds to its last byte, bytes of the body as sent. */
export function get({ port, cookie, workspace: key }, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const sent = request({ host: '127.0.0.1', port, path, agent, headers: { cookie, accept: 'text/html,application/json', 'accept-language': 'en', 'accept-encoding': 'br', 'temas-workspace': key, ...headers } }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const ms = performance.now() - begun;
        const raw = Buffer.concat(pieces);
        resolve({ status: answer.statusCode, ms, bytes: raw.length, encoding: answer.headers['content-encoding'] ?? '', headers: answer.headers, raw, get body() { return unpack(raw, answer.headers['content-encoding']).toString('utf8'); } });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

function unpack(raw, encoding) {
  return encoding === 'br' ? brotliDecompressSync(raw) : encoding === 'gzip' ? gunzipSync(raw) : raw;
}

async function signIn(port, email, password) {
  const base = `http://127.0.0.1:${port}`;
  const asked = await fetch(`${base}/api/session/antiforgery`);
  const { field, token } = await asked.json();
  const cookies = asked.headers.getSetCookie().map((c) => c.split(';')[0]);
  const answer = await fetch(`${base}/session`, { method: 'POST', redirect: 'manual', headers: { cookie: cookies.join('; ') }, body: new URLSearchParams({ email, password, [field]: token }) });
  const session = answer.headers.getSetCookie().map((c) => c.split(';')[0]);
  if (answer.status !== 303 || session.length === 0 || /problem=/.test(answer.headers.get('location'))) throw new Error(`Nobody could sign in: ${answer.status} ${answer.headers.get('location')}`);
  return [...cookies, ...session].join('; ');
}

async function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (piece) => (out += piece));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
  return out;
}

async function stop(child) {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
