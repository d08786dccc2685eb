import type { Connection } from 'vscode-languageserver/node';

/** The person's word on which AWS accounts may be asked with their credentials. */
export interface Consent {
  /** @param program what would be started to get the credentials, if anything would */
  confirm(account: string, region: string, host: string, program?: string): Promise<boolean>;
  /** Forgets what was refused, because the person asked for a check. */
  askAgain(): void;
}

/** Asks through the client (`waybill/confirmAccount`), which remembers a yes. A no holds until `askAgain`. */
export function createConsent(connection: Connection): Consent {
  const refused = new Set<string>();
  return {
    async confirm(account, region, host, program) {
      const key = `${account} ${program ?? ''}`;
      if (refused.has(key)) return false;
      const asked = { account, region, host, ...(program === undefined ? {} : { program }) };
      const yes: unknown = await connection.sendRequest('waybill/confirmAccount', asked);
      if (yes !== true) refused.add(key);
      return yes === true;
    },
    askAgain: () => refused.clear(),
  };
}
