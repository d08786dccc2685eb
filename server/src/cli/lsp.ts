/** Runs the language server until its client goes away. */
export async function run(_args: readonly string[]): Promise<number> {
  process.stderr.write('The language server is not built yet.\n');
  return 2;
}
