import { join } from 'node:path';
import { root } from '../../test/support/paths.ts';
import type { ServerCommand } from './client.ts';

/** Waybill's server as an editor starts it, asking no registry. */
export const ours = ({ pull, nodeFlags = [] }: { pull: boolean; nodeFlags?: string[] }): ServerCommand => ({
  script: join(root, 'dist/server/waybill.cjs'),
  args: ['lsp', '--stdio'],
  nodeFlags,
  pull,
  initializationOptions: { network: false },
});
