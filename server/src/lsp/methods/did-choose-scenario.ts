import type { Server } from '../server.ts';

/** `waybill/didChooseScenario`: how the customer installs for whom a folder's releases are previewed. */
export const didChooseScenario =
  ({ scenarios }: Server) =>
  (params: unknown): void => {
    const { folder, scenario } = params as { folder?: unknown; scenario?: unknown };
    if (typeof folder === 'string') scenarios.choose(folder, scenario);
  };
