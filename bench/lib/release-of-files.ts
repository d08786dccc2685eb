import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployments, waybillYaml } from './manifests.ts';

const config = `apiVersion: kots.io/v1beta1
kind: Config
metadata:
  name: bench
spec:
  groups:
    - name: versions
      title: Versions
      items:
        - name: version
          title: Version
          type: text
          default: "1.0.0"
`;

/** Writes a release of so many manifests, a file each, into a folder, and gives the files' names. */
export function writeReleaseOfFiles(folder: string, manifests: number): string[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.waybill.yaml'), waybillYaml);
  writeFileSync(join(folder, 'config.yaml'), config);
  // More than a kilobyte is none of them.
  const documents = deployments(1100 * manifests)
    .split('---\n')
    .slice(0, manifests);
  return documents.map((text, index) => {
    const name = `service-${index}.yaml`;
    // Without a local registry that host is no name, and the app manager would refuse the release.
    const host = '{{repl HasLocalRegistry | ternary LocalRegistryHost "registry.example.com" }}';
    writeFileSync(join(folder, name), text.replace('{{repl LocalRegistryHost}}', host));
    return name;
  });
}
