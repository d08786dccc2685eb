import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, sandboxAccount, sandboxRegion } from '../../sandbox/src/index.ts';
import { mediaTypes } from '../../sandbox/src/manifest.ts';
import { ecrRegistry } from '../../sandbox/src/store/repository.ts';
import { waybillYaml } from './manifests.ts';

export const host = `${sandboxAccount}.dkr.ecr.${sandboxRegion}.amazonaws.com`;

/** A release that names many images of many repositories, some of which are not there. */
export interface BigRelease {
  readonly folder: string;
  /** Paths of the manifests, relative to the folder. */
  readonly files: readonly string[];
  /** Each use in the order of files and lines: the reference, and what is true of it. */
  readonly uses: readonly BigUse[];
  remove(): void;
}

export interface BigUse {
  readonly file: string;
  /** Line of the image, from 0. */
  readonly line: number;
  readonly repository: string;
  readonly tag: string;
  readonly truth: 'exists' | 'absent tag' | 'absent repository';
}

export interface BigOptions {
  readonly repositories: number;
  readonly references: number;
  /** Of the references: how many tags are not there. */
  readonly missingTags: number;
  /** Of the repositories: how many are not there, with all their references. */
  readonly missingRepositories: number;
  readonly files: number;
}

/** Puts what exists into the sandbox, and writes the release that names it. */
export function bigRelease(sandbox: Sandbox, options: BigOptions): BigRelease {
  const perRepository = Math.ceil(options.references / options.repositories);
  const missingEvery = Math.floor(options.references / Math.max(1, options.missingTags));
  const wanted = Array.from({ length: options.references }, (_, i): Omit<BigUse, 'file' | 'line'> => {
    const number = Math.floor(i / perRepository);
    const repository = `team-${number % 10}/service-${number}`;
    const tag = `1.${i % perRepository}.0`;
    if (number < options.missingRepositories) return { repository, tag, truth: 'absent repository' };
    return { repository, tag, truth: i % missingEvery === missingEvery - 1 ? 'absent tag' : 'exists' };
  });
  for (const { repository, tag, truth } of wanted) if (truth === 'exists') push(sandbox, repository, tag);

  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  writeFileSync(join(folder, '.waybill.yaml'), waybillYaml);
  mkdirSync(join(folder, 'manifests'));
  const files: string[] = [];
  const uses: BigUse[] = [];
  const perFile = Math.ceil(wanted.length / options.files);
  // Dealt out, so that every file names images of many repositories.
  for (let f = 0; f < options.files; f++) {
    const file = `manifests/part-${String(f).padStart(3, '0')}.yaml`;
    const mine = wanted.filter((_, i) => i % options.files === f).slice(0, perFile);
    let text = '';
    let line = 0;
    for (const [i, use] of mine.entries()) {
      const document = deployment(`part-${f}-${i}`, `${host}/${use.repository}:${use.tag}`);
      const lines = document.split('\n');
      uses.push({ ...use, file, line: line + lines.findIndex((each) => each.includes('image: ')) });
      text += document;
      line += lines.length - 1;
    }
    writeFileSync(join(folder, file), text);
    files.push(file);
  }
  return { folder, files, uses, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function push(sandbox: Sandbox, name: string, tag: string): void {
  const registry = ecrRegistry(sandboxAccount, sandboxRegion);
  const repository =
    sandbox.store.repository(registry, name) ?? sandbox.store.createRepository(registry, name);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociImage,
      config: { mediaType: mediaTypes.ociConfig, digest: `sha256:${'0'.repeat(64)}`, size: 2 },
      layers: [],
      annotations: { of: `${name}:${tag}` },
    }),
  );
  sandbox.store.putManifest(repository, { bytes, mediaType: mediaTypes.ociImage, tag, pushedAt: 0 });
}

const deployment = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        # Serves ${name}.
        - name: main
          image: ${image}
          ports:
            - containerPort: 8080
---
`;
