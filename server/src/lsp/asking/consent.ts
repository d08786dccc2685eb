import type { Connection } from 'vscode-languageserver/node';

/** The person's word on which AWS accounts may be asked with their credentials. */
export interface Consent {
  confirm(account: string, region: string, host: string): Promise<boolean>;
  /** Forgets what was refused, because the person asked for a check. */
  askAgain(): void;
}

/** Asks through the client (`waybill/confirmAccount`), which remembers a yes. A no holds until `askAgain`. */
export function createConsent(connection: Connection): Consent {
  const refused = new Set<string>();
  return {
    async confirm(account, region, host) {
      if (refused.has(account)) return false;
      const yes: unknown = await connection.sendRequest('waybill/confirmAccount', { account, region, host });
      if (yes !== true) refused.add(account);
      return yes === true;
    },
    askAgain: () => refused.clear(),
  };
}
