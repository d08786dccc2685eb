import { isPlainList, isPlainMap, type Plain, plainAt, textAt } from '../../manifest/plain.ts';
import type { Scenario } from '../scenario.ts';

/** What the app manager has learnt of images: whether each is private. */
export type KnownImages = ReadonlyMap<string, boolean>;

export function knownImages(installation: Plain): KnownImages {
  const images = plainAt(installation, 'spec', 'knownImages');
  return new Map(
    (isPlainList(images) ? images : []).map((one) => [
      textAt(one, 'image'),
      plainAt(one, 'isPrivate') === true,
    ]),
  );
}

/** Whether an image is private as the app manager has learnt it; else as it would find out now. */
export const privacyWith =
  (known: KnownImages, scenario: Scenario): Scenario['isPrivate'] =>
  (image) => {
    const isPrivate = known.get(image);
    return isPrivate === undefined
      ? scenario.isPrivate(image)
      : { private: isPrivate, assumed: false, byInstallation: true };
  };

/** The Installation that the app manager writes beside a version. */
export function installationOf(options: {
  readonly before: Plain;
  readonly name: string;
  readonly license: Plain;
  readonly application: Plain;
  readonly known: KnownImages;
  readonly skipped: readonly { readonly path: string; readonly error: string }[];
}): Plain {
  const { before, name, license, application, known, skipped } = options;
  const spec = plainAt(before, 'spec');
  const releaseNotes = textAt(application, 'spec', 'releaseNotes');
  const texts = {
    channelID: textAt(spec, 'channelID') || textAt(license, 'spec', 'channelID'),
    channelName: textAt(spec, 'channelName') || textAt(license, 'spec', 'channelName'),
    releaseNotes,
  };
  const images = [...known]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([image, isPrivate]) => ({ image, ...(isPrivate ? { isPrivate } : {}) }));
  return {
    apiVersion: 'kots.io/v1beta1',
    kind: 'Installation',
    metadata: { name },
    spec: {
      ...(isPlainMap(spec) ? spec : {}),
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
      ...(images.length > 0 ? { knownImages: images } : {}),
      ...(skipped.length > 0 ? { yamlErrors: skipped.map(({ path, error }) => ({ path, error })) } : {}),
    },
    status: {},
  };
}
