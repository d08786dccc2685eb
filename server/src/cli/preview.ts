import { parseArgs } from 'node:util';
import { layersOf, type Preview } from '../core/features/layers.ts';
import { midstreamText } from '../core/features/preview.ts';
import { type PreviewedImage, previewedImages } from '../core/features/previewed-images.ts';
import { changesOf } from '../core/features/scenario-choice.ts';
import { hasColours, type Paint, painter } from './format/text.ts';
import { writePreview } from './preview/out.ts';
import { givenScenario, scenarioFlags } from './scenario-flags.ts';
import { UsageError } from './usage.ts';
import { namedReleases, openWorkspace } from './workspace.ts';

/** `waybill preview`: what the app manager will deploy. Asks nobody; what it has to assume, it says. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...scenarioFlags,
      format: { type: 'string', default: 'text' },
      app: { type: 'string' },
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  if (positionals.length > 1) throw new UsageError('preview shows one release; name one folder.');
  const { choice, customer } = await givenScenario(values);

  const app = choice.appSlug ?? values.app ?? null;
  const workspace = await openWorkspace(positionals, { app, environment: process.env });
  for (const { path, message } of workspace.problems) process.stderr.write(`${path}: ${message}\n`);
  const { snapshot } = workspace.session;
  const releases = namedReleases(workspace);
  if (releases.length === 0)
    throw new Error(
      `No release was found in ${positionals[0] ?? 'this folder'}. Name the folder that holds its YAML.`,
    );

  const changes = changesOf(choice);
  if (values.out !== undefined) {
    const [release] = releases;
    if (release === undefined || releases.length > 1)
      throw new UsageError('--out is for one release; name the folder of one.');
    return writeOut(values.out, layersOf(snapshot, release, changes, customer), values.force);
  }
  const previews = releases.map((release) => {
    const layers = layersOf(snapshot, release, changes, customer);
    sayWhatIsMissing(layers);
    return {
      root: release.layout.root,
      app: release.context.app,
      files: [{ path: 'overlays/midstream/kustomization.yaml', text: midstreamText(layers) }],
      images: previewedImages(snapshot, release, { ...changes, customer }, workspace.shown),
    };
  });
  if (values.format === 'json') {
    process.stdout.write(`${JSON.stringify({ version: 1, releases: previews }, null, 2)}\n`);
    return 0;
  }
  const paint = painter(hasColours(process.stdout));
  for (const { files, images } of previews) {
    for (const { path, text } of files) process.stdout.write(`${paint('bold', path)}\n${text}\n`);
    process.stdout.write(imageTable(images, paint));
  }
  return 0;
}

/** @returns 1 where the app manager would refuse the version */
async function writeOut(folder: string, layers: Preview, force: boolean): Promise<number> {
  const unwritten = await writePreview(folder, layers.files, { force });
  for (const { path, message } of unwritten) process.stderr.write(`${path}: not written: ${message}\n`);
  sayWhatIsMissing(layers);
  process.stdout.write(`${layers.files.size - unwritten.length} files are in ${folder}.\n`);
  return unwritten.length > 0 || layers.problems.some(({ effect }) => effect === 'refused') ? 1 : 0;
}

function sayWhatIsMissing({ problems, unknown }: Preview): void {
  for (const { path, message, effect } of problems) process.stderr.write(`${path}: ${effect}: ${message}\n`);
  if (unknown.length > 0)
    process.stderr.write(`Only a customer knows, and stands as «…»: ${unknown.join(', ')}\n`);
}

function imageTable(images: readonly PreviewedImage[], paint: Paint): string {
  const lines = images.flatMap((image) => [
    `${paint('bold', `${image.file}:${image.range.start.line + 1}`)}  ${image.from}${image.inside === undefined ? '' : paint('gray', ` (${image.inside.archive}, ${image.inside.path}, ${image.field})`)}`,
    `  ${becomes(image, paint)}${image.pullSecret === null ? '' : paint('gray', ` (secret ${image.pullSecret})`)}`,
    paint('gray', `  ${image.reason}${image.assumed ? ' (assumed)' : ''}`),
    ...(image.note === undefined ? [] : [paint('yellow', `  ${image.note}`)]),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function becomes({ from, to }: PreviewedImage, paint: Paint): string {
  if (to === null) return paint('gray', 'not known before it is installed');
  return to === from ? paint('gray', 'stays as it is') : `→ ${paint('green', to)}`;
}
