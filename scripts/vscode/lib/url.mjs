/**
 * The workbench's address: which folder to open, with which extension under development, and whose tests to run.
 * @param {number} port @param {string} workspace an absolute path
 * @param {{extension?: string, tests?: string, file?: string}} load absolute paths
 */
export function workbenchUrl(port, workspace, { extension, tests, file } = {}) {
  const remote = (path) => `vscode-remote://localhost:${port}${path}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['enableProposedApi', ''],
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ...(file ? [['openFile', remote(file)]] : []),
  ];
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
  return `http://localhost:${port}/?${query}`;
}
