import type { Server } from '../server.ts';

/** `waybill/didSignIn`: there may be credentials now, so what could not be found out is asked again. */
export const didSignIn =
  ({ workspace, questioner }: Server) =>
  (): void => {
    questioner.forgetUnknown();
    for (const document of workspace.documents) questioner.touch(document);
  };
