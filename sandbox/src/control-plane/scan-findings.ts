import type { Scan } from '../store/repository.ts';
import { type Operation, repositoryOf, seconds } from './call.ts';
import { findImage, imageNotFound } from './describe-images.ts';
import { AwsError, constraint } from './errors.ts';
import { checkImageId, type Input, optionalObject, readImageId } from './input.ts';
import { page } from './pages.ts';

/** `DescribeImageScanFindings`: the counts of all findings, and the findings in pages. */
export const describeImageScanFindings: Operation = (call) => {
  const { world, input } = call;
  const repository = repositoryOf(call);
  const given = optionalObject(input, 'imageId');
  if (given === null) throw constraint('imageId', 'must not be null');
  const id = checkImageId(readImageId(given));
  const image = findImage(repository, id);
  if (image === null) throw imageNotFound(id, repository.name, world.accountId);
  const answer = {
    registryId: world.accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag: id.tag ?? undefined },
  };
  if (image.status !== 'ACTIVE')
    return {
      ...answer,
      imageScanStatus: { status: 'IMAGE_ARCHIVED', description: 'The image is archived and is not scanned.' },
    };
  if (image.scan === null)
    throw new AwsError(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '{imageDigest:'${id.digest ?? 'null'}', imageTag:'${id.tag ?? 'null'}'}' ` +
        `in the repository with name '${repository.name}' in the registry with id '${world.accountId}'`,
    );
  return { ...answer, ...describe(image.scan, input) };
};

function describe(scan: Scan, input: Input): object {
  const enhanced = scan.scanner === 'enhanced';
  const names = Object.entries(scan.counts).flatMap(([severity, count]) =>
    Array.from({ length: count }, (_, index) => ({ name: `CVE-2026-1${index}`, severity })),
  );
  const { items, nextToken } = page(names, input);
  const findings = items.map(({ name, severity }) =>
    enhanced
      ? { title: name, severity, status: 'ACTIVE', type: 'PACKAGE_VULNERABILITY' }
      : { name, severity, uri: `https://cve.example/${name}` },
  );
  return {
    imageScanStatus: enhanced
      ? { status: 'ACTIVE', description: 'Continuous scan is selected for image.' }
      : { status: 'COMPLETE', description: 'The scan was completed successfully.' },
    imageScanFindings: {
      imageScanCompletedAt: seconds(scan.completedAt),
      vulnerabilitySourceUpdatedAt: seconds(scan.completedAt),
      findingSeverityCounts: scan.counts,
      ...(enhanced ? { enhancedFindings: findings } : { findings }),
    },
    nextToken,
  };
}
