import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { customerFileProblem } from '../../core/features/customer-file.ts';
import { midstreamFiles } from '../../core/features/installed.ts';
import { type Plain, parsePlain, plainAt, textAt } from '../../core/manifest/plain.ts';
import { readTextFile } from '../../io/files/read.ts';

/** An app as the app manager keeps it, as far as it is compared: what `kubectl kots download` writes. */
export interface Archive {
  /** The folder that holds `upstream` and `overlays`. */
  readonly folder: string;
  /** The texts of the customer's files, as far as they are there. */
  readonly license?: string;
  readonly configValues?: string;
  readonly installation: string;
  /** The files of the midstream layer by path, as far as they are there. */
  readonly midstream: ReadonlyMap<string, string>;
  readonly version: InstalledVersion;
  /** The slug of the licence's app; null where it is not there. */
  readonly app: string | null;
}

/** The version that is installed, as its Installation says (KOTS, kotskinds, Installation.spec). */
export interface InstalledVersion {
  readonly label: string | null;
  readonly channel: string | null;
  readonly channelId: string | null;
  /** The how manieth promotion to its channel it is. */
  readonly cursor: string | null;
}

const userdata = 'upstream/userdata';

/**
 * Reads an app's archive: the folder, or the only one in it, which is named after the app.
 * @throws Error for a folder that is none, in words for people
 */
export async function readArchive(given: string): Promise<Archive> {
  const folder = await archiveIn(given);
  const [installation, license, configValues] = await Promise.all([
    textIn(folder, `${userdata}/installation.yaml`),
    textIn(folder, `${userdata}/license.yaml`),
    textIn(folder, `${userdata}/config.yaml`),
  ]);
  if (installation === null) throw noArchive(given);
  for (const [field, text] of [
    ['installation', installation],
    ['license', license],
    ['config', configValues],
  ] as const) {
    const problem = text === null ? null : customerFileProblem(field, text);
    if (problem !== null) throw new Error(`${join(folder, userdata, field)}.yaml: ${problem}`);
  }
  const paths = Object.values(midstreamFiles);
  const texts = await Promise.all(paths.map((path) => textIn(folder, path)));
  const spec = specOf(installation);
  const said = (key: string): string | null => textAt(spec, key) || null;
  return {
    folder,
    installation,
    ...(license === null ? {} : { license }),
    ...(configValues === null ? {} : { configValues }),
    midstream: new Map(
      paths.flatMap((path, i) => {
        const text = texts[i] ?? null;
        return text === null ? [] : [[path, text] as const];
      }),
    ),
    version: {
      label: said('versionLabel'),
      channel: said('channelName'),
      channelId: said('channelID'),
      cursor: said('updateCursor'),
    },
    app: license === null ? null : textAt(specOf(license), 'appSlug') || null,
  };
}

async function archiveIn(given: string): Promise<string> {
  const names = await namesIn(given);
  if (names === null) throw new Error(`There is no folder ${given}.`);
  if (names.includes('upstream')) return given;
  const below: string[] = [];
  for (const name of names)
    if ((await namesIn(join(given, name, userdata)))?.includes('installation.yaml') === true)
      below.push(join(given, name));
  const [only, ...more] = below;
  if (only === undefined) throw noArchive(given);
  if (more.length > 0) throw new Error(`There are several apps in ${given}: ${below.join(', ')}. Name one.`);
  return only;
}

const namesIn = (folder: string): Promise<string[] | null> => readdir(folder).catch(() => null);

const noArchive = (given: string): Error =>
  new Error(
    `${given} is no app's archive: ${userdata}/installation.yaml is missing in it. Get one where the app is installed: kubectl kots download APP --current --dest DIR`,
  );

async function textIn(folder: string, path: string): Promise<string | null> {
  const read = await readTextFile(join(folder, path));
  if (read.ok) return read.text;
  if (read.problem.code === 'missing') return null;
  throw new Error(read.problem.message);
}

function specOf(text: string): Plain | undefined {
  const read = parsePlain(text);
  return read.ok ? plainAt(read.value, 'spec') : undefined;
}
