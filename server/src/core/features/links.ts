import { ecrHost, type Registry } from '../image/hosts.ts';
import { readUses } from '../release/reading.ts';
import { releaseFile, type Snapshot } from '../session/snapshot.ts';
import type { Range } from '../text/span.ts';
import { rangeInFile } from './document-lines.ts';

/** A page on the web about what an image use names. */
export interface Link {
  readonly range: Range;
  readonly url: string;
  /** Where it leads, for people. */
  readonly tooltip: string;
}

/**
 * The pages of a file's images at their registries; behind the proxy that of the upstream. None for what is a template
 * or at a registry that has no pages.
 */
export function linksOf(snapshot: Snapshot, path: string): Link[] {
  const at = releaseFile(snapshot, path);
  if (at === null) return [];
  return at.file.documents.flatMap((slice) =>
    readUses(slice.document, at.role, at.release.context).flatMap(({ use, source }): Link[] => {
      const page = source && pageOf(source.registry, source.reference.path);
      return page ? [{ range: rangeInFile(slice, use.span), ...page }] : [];
    }),
  );
}

interface Page {
  readonly url: string;
  readonly tooltip: string;
}

/** The page of a repository; null where its registry has none. */
function pageOf(registry: Registry, path: string): Page | null {
  const { kind, host } = registry;
  switch (kind) {
    case 'ecr':
      return consolePage(host, path);
    case 'ecr-public':
      return page(`https://gallery.ecr.aws/${path}`, 'Amazon ECR Public Gallery', path);
    case 'docker-hub': {
      const official = path.startsWith('library/') ? path.slice('library/'.length) : null;
      return official === null
        ? page(`https://hub.docker.com/r/${path}`, 'Docker Hub', path)
        : page(`https://hub.docker.com/_/${official}`, 'Docker Hub', official);
    }
    case 'other': {
      const site = sites.get(host);
      return site === undefined ? null : page(site.url + path, site.name, path);
    }
    default:
      return null;
  }
}

const page = (url: string, site: string, path: string): Page => ({
  url: encodeURI(url),
  tooltip: `Open ${path} in ${site}`,
});

/** Registries whose repositories have pages at a fixed place. ghcr.io and gcr.io lead on to them by themselves. */
const sites: ReadonlyMap<string, { readonly url: string; readonly name: string }> = new Map([
  ['quay.io', { url: 'https://quay.io/repository/', name: 'Quay' }],
  ['ghcr.io', { url: 'https://ghcr.io/', name: 'GitHub Packages' }],
  ['gcr.io', { url: 'https://gcr.io/', name: 'Google Container Registry' }],
  [
    'mcr.microsoft.com',
    { url: 'https://mcr.microsoft.com/artifact/mar/', name: 'Microsoft Artifact Registry' },
  ],
]);

/** Partition → host of the AWS console. Those that are not here have none that can be reached from elsewhere. */
const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

function consolePage(host: string, path: string): Page | null {
  const ecr = ecrHost(host);
  const domain = ecr === null ? undefined : consoles[ecr.partition];
  if (ecr === null || domain === undefined) return null;
  const { account, region } = ecr;
  const url = `https://${domain}/ecr/repositories/private/${account}/${path}?region=${region}`;
  return page(url, `the AWS console (Amazon ECR, account ${account}, ${region})`, path);
}
