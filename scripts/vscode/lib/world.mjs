// What the extension under test sees of the outside: a trap in the place of AWS, no credentials but made-up ones.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';

/** @returns {Promise<{env: Record<string, string>, close: () => void}>} */
export async function openWorld() {
  let connections = 0;
  const trap = createServer((socket) => {
    connections++;
    socket.on('error', () => {});
    socket.destroy();
  });
  const counter = createHttpServer((_, response) => response.end(String(connections)));
  const [trapPort, counterPort] = await Promise.all([trap, counter].map(listen));
  return {
    env: {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_CONFIG_FILE: '/nonexistent/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_ECR: `http://127.0.0.1:${trapPort}`,
      WAYBILL_EDITOR_TRAP: `http://127.0.0.1:${counterPort}/`,
    },
    close() {
      trap.close();
      counter.close();
    },
  };
}

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}
