export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's code; commands that are not used cost nothing at start. */
  load(): Promise<{ run(args: readonly string[]): Promise<number> }>;
}

/** What each does in detail: help.ts. */
export const commands: readonly Command[] = [
  {
    name: 'check',
    summary: 'finds problems of a release and can fix them',
    load: () => import('./check.ts'),
  },
  {
    name: 'preview',
    summary: 'shows what the app manager will deploy',
    load: () => import('./preview.ts'),
  },
  {
    name: 'mirror',
    summary: 'copies images to their private path, without Docker',
    load: () => import('./mirror.ts'),
  },
  {
    name: 'registry',
    summary: 'lists, links and tests registries, prints the policy to pull with, logs docker in to ECR',
    load: () => import('./registry.ts'),
  },
  {
    name: 'release',
    summary: 'begins a release, and pushes one to a channel of the vendor portal',
    load: () => import('./release.ts'),
  },
  {
    name: 'app',
    summary: 'lists the apps of the vendor portal, and their channels',
    load: () => import('./app.ts'),
  },
  {
    name: 'customer',
    summary: 'creates customers, downloads licences and prints how to install',
    load: () => import('./customer.ts'),
  },
  {
    name: 'verify',
    summary: 'holds what a cluster pulled against the release',
    load: () => import('./verify.ts'),
  },
  {
    name: 'guide',
    summary: 'the whole way from a public image to verified pods, step by step',
    load: () => import('./guide.ts'),
  },
  {
    name: 'sandbox',
    summary: 'starts an embedded ECR, public registry and vendor portal to try things on',
    load: () => import('./sandbox.ts'),
  },
  {
    name: 'lsp',
    summary: 'runs the language server for an editor',
    load: () => import('./lsp.ts'),
  },
];
