import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A folder of files for one test. */
export interface TestFolder {
  readonly path: string;
  readonly uri: string;
  uriOf(name: string): string;
  write(name: string, text: string | Uint8Array): Promise<void>;
  read(name: string): Promise<string>;
  remove(name: string): Promise<void>;
}

/** Runs `use` with a new folder that holds the files, and removes it afterwards. */
export async function withFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: TestFolder) => Promise<void>,
): Promise<void> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'waybill-protocol-')));
  const folder: TestFolder = {
    path,
    uri: pathToFileURL(path).href,
    uriOf: (name) => pathToFileURL(join(path, name)).href,
    async write(name, text) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    },
    read: (name) => readFile(join(path, name), 'utf8'),
    remove: (name) => rm(join(path, name), { recursive: true }),
  };
  try {
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
    await use(folder);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

export const registry = '429114214526.dkr.ecr.us-east-2.amazonaws.com';

/** A release: an Application and what Waybill is told about it. */
export const release = {
  'application.yaml':
    'apiVersion: kots.io/v1beta1\nkind: Application\nmetadata:\n  name: hello\nspec:\n  title: Hello\n',
  '.waybill.yaml': `app: mysampleecrapp\nregistries:\n  - endpoint: ${registry}\n    rewrite: demo-apps/{name}\n`,
} as const;

/** A Pod with a container for each image; the first stands on line 6, from character 13. */
export const pod = (...images: string[]): string =>
  `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
${images.map((image, i) => `    - name: c${i}\n      image: ${image}\n`).join('')}`;

/** Where `pod` puts the image of a container. */
export const imageLine = (index: number): number => 6 + 2 * index;
export const imageColumn = 13;
