// Reads the results that ./test collected (trx files and the logs beside them), prints what failed in a form that a person can read,
// and ends with the counts alone on the last line. Usage: node summary.mjs FOLDER STEPS_THAT_FAILED_OUTSIDE_OF_TESTS
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, steps] = process.argv.slice(2);
const total = { passed: 0, failed: Number(steps), skipped: 0 };
const text = (s) =>
  s.replace(/&#x([0-9A-Fa-f]+);/g, (_, n) => String.fromCodePoint(parseInt(n, 16)))
    .replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(Number(n)))
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, "&");
const inner = (xml, name) => {
  const found = new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`).exec(xml);
  return found ? text(found[1]).trim() : "";
};

for (const log of readdirSync(folder).filter((f) => /^Temas\..*\.log$/.test(f)).sort()) {
  const name = log.slice(0, -4);
  const trx = join(folder, `${name}.trx`);
  if (!existsSync(trx)) {
    total.failed++;
    console.error(`FAILED ${name}: it ended without results; its last lines are above`);
    continue;
  }
  const xml = readFileSync(trx, "utf8");
  let seen = 0;
  for (const [, attributes, body = ""] of xml.matchAll(/<UnitTestResult\s([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const attribute = (a) => text(new RegExp(`${a}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    seen++;
    const outcome = attribute("outcome");
    if (outcome === "Passed") total.passed++;
    else if (outcome === "NotExecuted") {
      total.skipped++;
      console.log(`skipped ${name}: ${attribute("testName")}: ${inner(body, "Message") || inner(body, "StdOut")}`);
    } else {
      total.failed++;
      console.error(`FAILED ${name}: ${attribute("testName")}`);
      for (const line of inner(body, "Message").split("\n").slice(0, 30)) console.error(`    ${line.trimEnd()}`);
      for (const line of inner(body, "StackTrace").split("\n").filter((l) => / in .*:line \d+/.test(l)).slice(0, 6)) console.error(`    ${line.trim()}`);
    }
  }
  // xUnit's adapter also reports each failed test as an error of the run; that test is counted already. What is left is the run's own: a host that died or
  // hung (it leaves results of those tests that ended before), or a fixture that failed to clean up.
  const errors = [...xml.matchAll(/<RunInfo [^>]*outcome="Error"[^>]*>([\s\S]*?)<\/RunInfo>/g)].map(([, info]) => inner(info, "Text")).filter((e) => !/^\[xUnit\.net [\d:.]+\]\s[^\n]*\[FAIL\]$/.test(e));
  if (seen === 0 || errors.length > 0) {
    total.failed++;
    const broke = errors.some((e) => /aborted/i.test(e));
    console.error(`FAILED ${name}: the run itself ${broke ? "broke off" : seen === 0 ? "held no tests" : "failed"}; see ${join(folder, log)}`);
    for (const error of errors) console.error(`    ${error.split("\n")[0]}`);
  }
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed === 0 ? 0 : 1);
