import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newRelease } from '../../core/release/new-release.ts';
import { codeOf, problemOf } from '../../io/files/problem.ts';
import { homeOf } from '../registry/host.ts';
import { UsageError } from '../usage.ts';

/** `waybill release init [DIR]`: writes the files of a new app. What is there already is never written over. */
export async function initRelease(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      app: { type: 'string' },
      registry: { type: 'string' },
      format: { type: 'string', default: 'text' },
    },
  });
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not "${values.format}".`);
  if (positionals.length > 1) throw new UsageError('waybill release init writes into one folder.');
  const app = values.app || process.env.REPLICATED_APP || null;
  if (app !== null && !/^[A-Za-z0-9][\w.-]*$/.test(app))
    throw new UsageError(`"${app}" is no slug of an app, such as my-app.`);
  const folder = positionals[0] ?? '.';
  const files = newRelease(app, values.registry === undefined ? null : homeOf(values.registry));
  const there: string[] = [];
  for (const path of files.keys()) if (await exists(join(folder, path))) there.push(path);
  if (there.length > 0) {
    process.stderr.write(
      `waybill release init: ${folder} has ${there.join(', ')} already. Nothing was written; name another folder.\n`,
    );
    return 1;
  }
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(problemOf(folder, error).message);
  });
  // `wx`: what appears in the meantime is not written over either.
  for (const [path, text] of files) await writeFile(join(folder, path), text, { flag: 'wx' });
  if (values.format === 'json')
    process.stdout.write(`${JSON.stringify({ version: 1, folder, files: [...files.keys()] }, null, 2)}\n`);
  else {
    process.stdout.write([...files.keys()].map((path) => `${join(folder, path)}\n`).join(''));
    process.stderr.write(
      `Next: waybill check ${folder}, then waybill release push ${folder}${app === null ? ' --app SLUG' : ''}\n`,
    );
  }
  return 0;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
}
