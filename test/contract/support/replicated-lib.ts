import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Replicated's own client for Node: `npm install --prefix <tmp>/waybill-peers replicated-lib`. */
const folder = process.env.WAYBILL_REPLICATED_LIB ?? join(tmpdir(), 'waybill-peers');
const library = find();

/** Why it cannot be used here; false where it can. */
export const noLibrary: string | false =
  library === null && `replicated-lib is in no ${folder}; WAYBILL_REPLICATED_LIB names a folder that has it`;

function find(): string | null {
  try {
    return createRequire(join(folder, 'package.json')).resolve('replicated-lib');
  } catch {
    return null;
  }
}

/** What each argument does with the library; it says much, so that its words go where nobody reads them. */
const script = `
  console.log = console.info = console.debug = () => {};
  const [path, endpoint, token, operation, ...args] = process.argv.slice(1);
  const lib = require(path);
  const api = new lib.VendorPortalApi();
  api.endpoint = endpoint;
  api.apiToken = token;
  lib[operation](api, ...args.map((each) => JSON.parse(each)))
    .then((made) => process.stdout.write(JSON.stringify(made ?? null)))
    .catch((error) => { process.stderr.write(String(error?.message ?? JSON.stringify(error))); process.exitCode = 1; });
`;

/** Calls one of the library's functions with the sandbox's portal, in a process of its own. */
export async function callLibrary(
  sandbox: { readonly portalUrl: string; readonly env: Readonly<Record<string, string>> },
  operation: string,
  ...args: readonly unknown[]
) {
  const token = sandbox.env.REPLICATED_API_TOKEN ?? '';
  const given = args.map((each) => JSON.stringify(each));
  const { stdout } = await run(process.execPath, [
    '-e',
    script,
    library ?? '',
    `${sandbox.portalUrl}/v3`,
    token,
    operation,
    ...given,
  ]);
  return JSON.parse(stdout);
}
