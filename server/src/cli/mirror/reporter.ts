import { sizeInWords } from '../../core/features/figures.ts';
import type { MirrorResult } from '../../work/mirror/mirror.ts';
import type { MirrorCause, Progress } from '../../work/mirror/model.ts';
import type { MirrorPlan } from '../../work/mirror/plan.ts';
import { planInWords, resultInWords } from '../../work/mirror/words.ts';

/** Tells whoever runs the command how it goes. */
export interface Reporter {
  planned(plan: MirrorPlan): void;
  progress(plan: MirrorPlan, progress: Progress): void;
  done(result: MirrorResult): void;
  /** A pull-through cache has an image. */
  cached(source: string, at: { readonly reference: string; readonly digest: string }): void;
  /** @param name of the image; null where it is about all */
  failed(name: string | null, message: string, why: MirrorCause): void;
  /** Takes away what is only there while it lasts. */
  end(): void;
}

/** Lines of JSON on stdout, or words there and progress on stderr: bars on a terminal, else nothing. */
export const reporterFor = (format: 'text' | 'json', dryRun: boolean): Reporter =>
  format === 'json' ? jsonLines() : process.stderr.isTTY ? withBars(words(dryRun)) : words(dryRun);

function words(dryRun: boolean): Reporter {
  return {
    planned(plan) {
      // Said when it is done, if it is done at all.
      if (plan.before.kind === 'same' && !dryRun) return;
      const [first, ...rest] = planInWords(plan);
      process.stderr.write(`${[first, ...rest.map((line) => `  ${line}`)].join('\n')}\n`);
    },
    progress() {},
    done: (result) => void process.stdout.write(`${resultInWords(result)}\n`),
    cached: (source, { reference, digest }) =>
      void process.stdout.write(
        `${reference} is ${source}, kept by the registry's pull-through cache: ${digest}\n`,
      ),
    failed: (_, message) => void process.stderr.write(`waybill mirror: ${message}\n`),
    end() {},
  };
}

const BAR = 24;
/** A terminal that is written to more often only flickers: milliseconds. */
const EVERY_MS = 100;

/** One bar for each image that is being copied, below what else is said. */
function withBars(inner: Reporter): Reporter {
  const bars = new Map<MirrorPlan, Progress>();
  let shown = 0;
  let drawn = 0;
  const clear = (): void => {
    if (shown > 0) process.stderr.write(`\x1b[${shown}A\x1b[0J`);
    shown = 0;
  };
  const draw = (): void => {
    clear();
    const width = process.stderr.columns ?? 80;
    for (const [plan, progress] of bars) process.stderr.write(`${bar(plan, progress).slice(0, width - 1)}\n`);
    shown = bars.size;
    drawn = performance.now();
  };
  const above = (say: () => void): void => {
    clear();
    say();
    draw();
  };
  return {
    planned: (plan) => above(() => inner.planned(plan)),
    progress(plan, progress) {
      bars.set(plan, progress);
      if (performance.now() - drawn >= EVERY_MS) draw();
    },
    done(result) {
      bars.delete(result.plan);
      above(() => inner.done(result));
    },
    cached: (source, at) => above(() => inner.cached(source, at)),
    failed: (name, message, why) => above(() => inner.failed(name, message, why)),
    end: clear,
  };
}

function bar({ source }: MirrorPlan, { bytes, bytesDone, blobs, blobsDone }: Progress): string {
  const part = bytes === 0 ? 1 : Math.min(1, bytesDone / bytes);
  const full = Math.round(part * BAR);
  const drawn = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
  return `${drawn} ${Math.floor(part * 100)} %  ${sizeInWords(bytesDone)} of ${sizeInWords(bytes)}, ${blobsDone} of ${blobs} blobs  ${source.name}`;
}

/** For CI: `{"event":"planned"|"progress"|"mirrored"|"failed", …}`, progress at each tenth. */
function jsonLines(): Reporter {
  const tenths = new Map<MirrorPlan, number>();
  const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const of = ({ source, target, digest }: MirrorPlan) => ({
    source: source.name,
    target: target.name,
    digest,
  });
  return {
    planned(plan) {
      const { before, repository, denied, blobs, bytes, blobsToMove, bytesToMove, cachedAt, tree } = plan;
      say({
        event: 'planned',
        ...of(plan),
        before: before.kind,
        replaces: before.kind === 'other' ? before.digest : null,
        repository: repository.kind,
        denied,
        platforms: tree?.platforms ?? [],
        blobs,
        bytes,
        blobsToMove,
        bytesToMove,
        cachedAt,
      });
    },
    progress(plan, progress) {
      const tenth = Math.floor((progress.bytesDone / Math.max(1, progress.bytes)) * 10);
      if ((tenths.get(plan) ?? 0) >= tenth) return;
      tenths.set(plan, tenth);
      say({ event: 'progress', ...of(plan), ...progress });
    },
    done: ({ plan, blobs, bytesSent }) =>
      say({ event: 'mirrored', ...of(plan), was: plan.before.kind, blobs, bytesSent }),
    cached: (source, { reference, digest }) => say({ event: 'cached', source, target: reference, digest }),
    failed: (source, message, cause) => say({ event: 'failed', source, cause, message }),
    end() {},
  };
}
