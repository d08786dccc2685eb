import type { Server } from '../server.ts';

/** `waybill/didFocus`: the person is back, and the world may have changed meanwhile. What is too old is asked again. */
export const didFocus =
  ({ workspace, questioner }: Server) =>
  (): void => {
    for (const document of workspace.documents) questioner.touch(document);
  };
