// Edits a release in one long-lived server process, and compares it with fresh ones. Run by `npm run soak`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomFrom } from '../support/random.ts';
import { scribbledRelease } from '../support/scribbled-release.ts';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const edits = Number(values.edits);
const seed = Number(values.seed);
const deadline = Date.now() + Number(values.minutes) * 60_000;

/** Edits between two comparisons. */
const step = 100;
/** Edits after which a server has seen everything once; more memory from then on is growth. */
const settled = Math.min(2000, Math.ceil(edits / 4));
/** More than this, times what was used when settled, is a leak. */
const leak = 2.5;

let failed = false;
for (const pull of [true, false]) failed = !(await soak(pull)) || failed;
process.exit(failed ? 1 : 0);

async function soak(pull: boolean): Promise<boolean> {
  const name = pull ? 'diagnostics asked for' : 'diagnostics sent';
  const release = await scribbledRelease({ sample: 'samples/labelled', random: randomFrom(seed), pull });
  const until = pull ? Date.now() + (deadline - Date.now()) / 2 : deadline;
  let done = 0;
  let compared = 0;
  let seen = 0;
  let before: number | null = null;
  try {
    while (done < edits && Date.now() < until) {
      for (let i = 0; i < step; i++) await release.scribble();
      done += step;
      seen += await release.compare();
      compared++;
      if (before === null && done >= settled) before = resident(release.client.process.pid);
    }
    const after = resident(release.client.process.pid);
    const memory =
      before === null || after === null
        ? 'memory not known'
        : `memory ${mb(before)} MB, then ${mb(after)} MB`;
    console.log(`${name}: ${done} edits, ${compared} comparisons of ${seen} diagnostics, equal; ${memory}`);
    if (before !== null && after !== null && after > before * leak) {
      console.error(`FAILED: memory grew more than ${leak} times.`);
      return false;
    }
    return true;
  } catch (error) {
    console.error(`FAILED: ${name}, seed ${seed}, within the ${step} edits after ${done}`);
    console.error(error);
    console.error(release.client.stderr());
    return false;
  } finally {
    await release.stop().catch(() => release.client.process.kill('SIGKILL'));
  }
}

/** Resident bytes; null where the system does not tell. */
function resident(pid: number | undefined): number | null {
  try {
    const kilobytes = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
