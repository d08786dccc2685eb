import { repositoryOf, suffix } from '../image/normal.ts';
import { templatesOf } from '../kots/functions/templates.ts';
import { readUses } from '../release/reading.ts';
import { Session } from '../session/session.ts';
import { filesOf } from '../session/snapshot.ts';

/** A release as texts: path → text. A packaged chart is a folder of its files here. */
export type ReleaseTexts = ReadonlyMap<string, string>;

export interface ImageSettings {
  /** The app's slug. */
  readonly app: string | null;
  /** The text of the `.waybill.yaml`, for the variables that it declares; null where there is none. */
  readonly config: string | null;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What became of one repository between two releases. */
export interface ImageChange {
  /** With its registry. */
  readonly repository: string;
  /** `:tag`, `@digest` or both, sorted; empty texts for images named without either. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface ImageDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Repositories that both name, with other tags or digests. */
  readonly changed: readonly ImageChange[];
}

/** The images that one release names and another does not, as their texts stand; nobody is asked. */
export function imageDifference(
  before: ReleaseTexts,
  after: ReleaseTexts,
  settings: ImageSettings,
): ImageDifference {
  const old = imagesIn(before, settings);
  const now = imagesIn(after, settings);
  const only = (some: Images, others: Images): string[] =>
    [...some]
      .filter(([repository]) => !others.has(repository))
      .flatMap(([repository, suffixes]) => [...suffixes].sort().map((end) => repository + end));
  const changed = [...now].flatMap(([repository, suffixes]): ImageChange[] => {
    const was = old.get(repository);
    if (was === undefined || sameSet(was, suffixes)) return [];
    return [{ repository, before: [...was].sort(), after: [...suffixes].sort() }];
  });
  return {
    added: only(now, old).sort(),
    removed: only(old, now).sort(),
    changed: changed.sort((a, b) => (a.repository < b.repository ? -1 : 1)),
  };
}

/** Repository → what it is named with. */
type Images = ReadonlyMap<string, ReadonlySet<string>>;

function imagesIn(texts: ReleaseTexts, { app, config, environment }: ImageSettings): Images {
  const session = new Session({ app, environment: environment ?? {}, named: [''], templates: templatesOf });
  for (const [path, text] of texts) session.setFile(path, text);
  if (config !== null) session.setFile('.waybill.yaml', config);
  const images = new Map<string, Set<string>>();
  for (const release of session.snapshot.releases)
    for (const { file, role } of filesOf(session.snapshot, release))
      for (const { document } of file.documents)
        for (const { normal, use } of readUses(document, role, release.context)) {
          const repository = normal === null ? use.written : repositoryOf(normal);
          const known = images.get(repository) ?? new Set();
          images.set(repository, known.add(normal === null ? '' : suffix(normal)));
        }
  return images;
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));
