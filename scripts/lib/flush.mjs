// Loaded into each process that runs tests. With --test-force-exit Node ends one whose tests have ended, also where not
// all that it said of them has been read: the tests of that file would be missing from the count.
const exit = process.exit;

process.exit = (code) => {
  if (code !== undefined) process.exitCode = code;
  // What a reporter still holds is handed on in the next turn; what was written before this is written then.
  setImmediate(() => process.stdout.write('', () => exit.call(process)));
};
