// A language server that answers nothing: it swallows what it is sent until it is told to go.
process.stdin.resume();
process.on('message', () => {});
process.on('disconnect', () => process.exit(0));
